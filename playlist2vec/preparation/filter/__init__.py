"""The filter: rare tracks, immediate repeats and short playlists leave."""
