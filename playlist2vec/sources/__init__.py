"""Data sets: one room for each kind of source, and one registry."""
