"""Readers of users' files: tables, playlists, song ids and dates in any common format."""
