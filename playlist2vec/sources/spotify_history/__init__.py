"""What a person played on Spotify, and that person's playlists: the account data that Spotify hands
out.
"""
