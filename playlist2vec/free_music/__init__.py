"""A data set of free music: copies found by sound, filters, split and release."""
