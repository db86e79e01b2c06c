"""Queries, candidates, exact ranks, and the metrics of ranks."""
