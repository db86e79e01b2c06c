"""The generated data set `tones`: songs that sound like their artist, and playlists of them."""
