"""The split: songs or playlists are held out for validation and test."""
