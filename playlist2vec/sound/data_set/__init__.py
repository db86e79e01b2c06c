"""Songs of a data set of free music, as written by pipelines/soundcloud."""
