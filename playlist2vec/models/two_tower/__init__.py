"""Two towers: a score is the product of a listener's vector and a song's vector."""
