"""Which songs are held out."""
