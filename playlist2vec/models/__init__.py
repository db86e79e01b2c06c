"""The ways to rank songs, one folder per method."""
