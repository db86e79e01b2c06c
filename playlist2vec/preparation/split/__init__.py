"""The split: songs or playlists held out for validation and test."""
