"""Deezer's public API."""
