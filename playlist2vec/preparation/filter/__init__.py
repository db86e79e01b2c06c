"""The filter: removal of rare tracks, immediate repeats and short playlists."""
