"""Tables of a collection of sounds: files of the songs, and status of the spectrograms."""
