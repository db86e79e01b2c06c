"""Files from elsewhere: archives, zips, JSON streams, tables, text and pickles, read safely."""
