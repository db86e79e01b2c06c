"""Hashes of files, packets and covers, and fingerprints, for all tracks of a manifest."""
