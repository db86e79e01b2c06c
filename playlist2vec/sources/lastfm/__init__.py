"""Plays of a person, exported from Last.fm."""
