"""Printed output in README.md and docs/: what the commands and the Python lines of their blocks
print.
"""
