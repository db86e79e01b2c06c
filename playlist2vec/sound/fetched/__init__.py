"""Spectrograms of fetched sounds, kept song by song as they come."""
