"""Tests of the readers of playlist files."""
