"""Commands for use with further programs: a server, and export to files."""
