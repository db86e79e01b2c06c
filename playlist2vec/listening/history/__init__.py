"""Histories of listeners, cut by time into training, validation and test."""
