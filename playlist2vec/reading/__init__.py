"""What people have: tables, playlist files, ids and dates in any usual form, read by one set of
rules.
"""
