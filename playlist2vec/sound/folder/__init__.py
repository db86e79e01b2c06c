"""A folder of music files, with tags."""
