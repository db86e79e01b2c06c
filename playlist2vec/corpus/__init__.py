"""Playlists, tracks, the vocabulary and held-out pairs: canonical forms and files."""
