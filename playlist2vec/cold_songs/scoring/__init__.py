"""Scores of methods for cold songs: intervals, slices, and the ceiling."""
