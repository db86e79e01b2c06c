"""The user's music files joined with the songs of playlists."""
