"""Word2Vec, by gensim or by compiled blocks: what it is shown, and its training."""
