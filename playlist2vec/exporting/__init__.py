"""Export of song vectors with names to the file formats of visualization programs."""
