"""The manifest of free music: a line per track with file, cover and SoundCloud's metadata."""
