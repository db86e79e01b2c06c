"""Safe readers of untrusted files: archives, zips, JSON streams, tables, text and pickles."""
