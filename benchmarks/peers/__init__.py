"""Peers: models of other libraries, trained and ranked on the pairs of the table of scores.

`factors`, `transformers` and `recurrent` can be imported in the peers' environment only. The
environment lacks the libraries of the project, so these modules and `fit`, `budget`, `ranks` and
`task` import only NumPy and `playlist2vec.ranking`.
"""
