"""A crawl of SoundCloud in planned rounds: what is known, what is asked next, and what is handed
on.
"""
