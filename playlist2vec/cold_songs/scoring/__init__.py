"""How well ways to find cold songs do: their scores, intervals, slices, and the ceiling."""
