"""The files of the data set: table, raw metadata, attribution, licences, Croissant, checksums."""
