"""Peers: models of other libraries, trained and ranked on the pairs of the table of scores.

Modules that only the peers' environment can import: `factors`, `transformers`, `recurrent`. That
environment lacks the libraries of the project, so `fit`, `budget`, `ranks`, `task` and they import
NumPy and `playlist2vec.ranking` alone.
"""
