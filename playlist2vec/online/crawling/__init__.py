"""Crawl of SoundCloud in planned rounds: state, plan, requests, and export."""
