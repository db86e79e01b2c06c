"""Mel spectrograms of sound files: decoding, transform and storage."""
