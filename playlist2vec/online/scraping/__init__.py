"""The sound and covers of free tracks that a crawl found, as far as their uploaders and SoundCloud
allow.
"""
