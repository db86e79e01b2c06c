"""Vectors of songs as files, queries made of them, and the ranking by them."""
