"""Sound: music files, mel spectrograms, and a generated collection."""
