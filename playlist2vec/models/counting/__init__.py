"""Baselines that count: popularity, Markov, co-occurrence, neighbours."""
