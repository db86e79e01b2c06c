"""What a person played, as tools export it from Last.fm."""
