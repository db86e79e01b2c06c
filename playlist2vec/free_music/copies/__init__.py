"""Groups of tracks with the same sound, packets, file or cover, and the track kept of a group."""
