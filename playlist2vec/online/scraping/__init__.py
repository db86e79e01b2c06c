"""Sound and covers of free tracks in a crawl, as far as uploaders and SoundCloud allow."""
