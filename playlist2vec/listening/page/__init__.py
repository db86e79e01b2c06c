"""The page of two towers: scores, slices and curves."""
