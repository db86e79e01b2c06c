"""Word2Vec, trained by gensim or by compiled blocks: training contexts and training."""
