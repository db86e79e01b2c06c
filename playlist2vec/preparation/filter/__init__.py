"""Which tracks and playlists stay."""
