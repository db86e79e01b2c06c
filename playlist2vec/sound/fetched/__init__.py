"""Spectrograms of fetched sounds, stored song by song."""
