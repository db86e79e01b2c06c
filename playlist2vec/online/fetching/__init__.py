"""Sound of a data set's songs: found at Deezer, fetched as previews, kept as spectrograms."""
