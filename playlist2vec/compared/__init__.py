"""Headline scores to compare runs, for `dvc exp show` and similar commands."""
