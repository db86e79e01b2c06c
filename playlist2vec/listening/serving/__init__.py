"""Suggestions for one person, from a file of what the person listened to."""
