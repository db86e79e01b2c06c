"""Names of songs, and the search for a song by a text."""
