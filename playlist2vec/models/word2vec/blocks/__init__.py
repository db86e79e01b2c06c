"""Compiled skip-gram with pairs in buckets of disjoint songs: any number of threads gives the same
bytes.
"""
