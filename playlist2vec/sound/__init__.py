"""Sound: files of music, what they are made into, and a generated collection of it."""
