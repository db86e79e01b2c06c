"""A person's plays and playlists on Spotify, from the account data that Spotify hands out."""
