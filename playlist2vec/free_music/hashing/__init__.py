"""Hashes of files, of their encoded sound and of covers, and fingerprints, for all tracks of a
manifest.
"""
