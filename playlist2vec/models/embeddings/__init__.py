"""Song vectors as files, query vectors, and ranking by vectors."""
