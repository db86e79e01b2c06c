"""gensim's Word2Vec: what it is shown, and its training."""
