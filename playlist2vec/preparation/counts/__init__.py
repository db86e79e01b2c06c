"""Counts of songs, and the order that they give."""
