"""The tracks of the data set: filters, removals, free licences, and the split by uploader."""
