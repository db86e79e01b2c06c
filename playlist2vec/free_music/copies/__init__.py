"""Copies: groups of tracks that are the same by sound, packets, file or cover, and the one of them
that stays.
"""
