"""Printed output in README.md and docs/: the output of commands and Python lines in blocks."""
