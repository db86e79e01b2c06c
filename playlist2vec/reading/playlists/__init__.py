"""Readers of playlist files: a module for every family of formats, and the choice of the reader."""
