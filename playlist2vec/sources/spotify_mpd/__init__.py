"""Spotify's Million Playlist Dataset."""
