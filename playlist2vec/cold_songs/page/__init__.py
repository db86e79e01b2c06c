"""The page on songs that no playlist holds."""
