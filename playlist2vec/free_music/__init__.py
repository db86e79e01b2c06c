"""A data set of free music: copies found by sound, filters, the split, and what is handed on with
it.
"""
