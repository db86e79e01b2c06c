"""Foundations of every room: errors, whole files, hashes."""
