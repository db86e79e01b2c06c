"""Songs of a data set by their sound: found at Deezer, heard as previews, kept as spectrograms."""
