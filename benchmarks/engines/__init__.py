"""The preparation on a single machine and on engines for several, side by side."""
