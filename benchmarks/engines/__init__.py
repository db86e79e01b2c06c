"""The preparation on one machine and on engines for several, side by side."""
