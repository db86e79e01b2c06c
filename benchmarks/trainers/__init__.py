"""Comparison of the Word2Vec trainers: large corpora, quality of embeddings, time to a quality."""
