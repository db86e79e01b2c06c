"""A folder of music files: what it holds, and what its tags say."""
