"""The page with 20,000 songs in a browser."""
