"""The split of songs: which leave all playlists, and the questions about them."""
