"""Song embeddings from playlists: pure functions and small types; every module says what it holds."""
