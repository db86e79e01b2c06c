"""The page on next listens: scores, slices and curves."""
