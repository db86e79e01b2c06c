"""Songs of a data set of free music, as the pipeline that makes such sets writes its table."""
