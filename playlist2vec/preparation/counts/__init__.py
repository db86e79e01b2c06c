"""Counts of songs, and the order by count."""
