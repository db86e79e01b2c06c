"""From canonical playlists to training data and held-out pairs."""
