"""Playlists, tracks, the vocabulary and held-out pairs: the canonical forms and their files."""
