"""Compiled skip-gram: pairs in buckets of disjoint songs, so that any number of threads writes the
same bytes.
"""
