"""Mel spectrograms of sound files: decoding, the transform, and their files."""
