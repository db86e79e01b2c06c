"""The table of songs and their files, which a collection of sounds comes with."""
