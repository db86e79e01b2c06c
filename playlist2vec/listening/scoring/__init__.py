"""Scores of rankers on questions about the next listen: cutoffs, slices, intervals over listeners."""
