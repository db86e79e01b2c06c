"""Fingerprints of sounds: computation, storage, and the search for copies."""
