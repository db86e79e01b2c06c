"""Data sets: a subpackage for every kind of source, and a registry of the sources."""
