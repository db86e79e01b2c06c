"""Scores of rankers on next-listen questions: cutoffs, slices, intervals over listeners."""
