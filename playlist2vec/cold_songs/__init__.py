"""Cold songs, absent from all training playlists: split, scores and suggestions."""
