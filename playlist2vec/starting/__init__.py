"""Parameters to begin with for a corpus: two ways to train are tried on a budget, and compared on
validation.
"""
