"""Saved answers of SoundCloud."""
