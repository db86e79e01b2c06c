"""Saved responses of SoundCloud."""
