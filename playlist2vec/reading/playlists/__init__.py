"""Playlist files: one module a family of formats, and the function that finds the right one."""
