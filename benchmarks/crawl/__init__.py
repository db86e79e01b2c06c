"""Policies of a crawl on generated worlds."""
