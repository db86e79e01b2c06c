"""The user's own file of playlists."""
