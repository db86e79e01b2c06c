"""Names of songs, and which song a text means."""
