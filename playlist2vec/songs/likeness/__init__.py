"""Similarity of the names of two songs: spelling, titles, artists."""
