"""Properties of a terminal (width, colours), and tables that fit."""
