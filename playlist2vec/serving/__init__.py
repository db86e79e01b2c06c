"""HTTP server for the page of a run and its suggestions, for clients on the same machine."""
