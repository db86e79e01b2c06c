"""Measurements: speed and memory beside what a user would otherwise run, and the table of scores."""
