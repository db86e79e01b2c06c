"""SoundCloud's api-v2: who asks, what is asked, and what is answered."""
