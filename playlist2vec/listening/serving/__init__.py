"""Suggestions for a person, from a file of listens."""
