"""Suggestions of songs without a playlist, by artist or by sound."""
