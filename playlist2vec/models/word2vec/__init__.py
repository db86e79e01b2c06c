"""gensim's Word2Vec: contexts, training, embeddings, query vectors."""
