"""The page on cold songs."""
