"""Music files of a person beside the songs of playlists."""
