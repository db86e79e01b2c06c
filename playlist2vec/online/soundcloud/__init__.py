"""SoundCloud's api-v2: client, calls and answers."""
