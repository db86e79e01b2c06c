"""Fingerprints of sounds: their making, their files, and the search for copies among them."""
