"""ListenBrainz's dumps of listens, cut into playlists."""
