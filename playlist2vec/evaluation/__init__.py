"""Next-song scores, intervals, slices and comparison of runs."""
