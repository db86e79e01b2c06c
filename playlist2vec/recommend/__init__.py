"""Suggestions from a trained model: next songs, radio, path, playlist files."""
