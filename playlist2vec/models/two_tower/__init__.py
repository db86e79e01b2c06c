"""Two towers: a vector of the listener at a moment, and a vector of each song, whose product is a
score.
"""
