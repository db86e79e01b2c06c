"""Measurements: speed and memory beside the usual alternatives, and the table of scores."""
