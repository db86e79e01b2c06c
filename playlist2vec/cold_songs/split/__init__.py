"""The split of songs into roles, and questions about the cold songs."""
