"""The files of the data set: its table, raw metadata, attribution, licences, Croissant and
checksums.
"""
