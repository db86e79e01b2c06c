"""Commands for other programs: a server that they ask, and files that they read."""
