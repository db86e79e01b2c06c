"""Baselines that count: popularity, closing songs, Markov, co-occurrence, n-grams, kNN, EASE."""
