"""How alike the names of two songs are: spelling, titles, artists."""
