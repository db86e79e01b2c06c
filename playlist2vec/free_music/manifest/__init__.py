"""The manifest of free music: a line a track, with its file, its cover and its metadata as
SoundCloud gave them.
"""
