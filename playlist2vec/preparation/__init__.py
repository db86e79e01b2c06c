"""Preparation of training data and held-out pairs from canonical playlists."""
