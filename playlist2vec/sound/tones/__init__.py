"""The generated data set `tones`: songs that sound like the artist, and playlists of the songs."""
