"""Grids, searches and the best result, through DVC's queue."""
