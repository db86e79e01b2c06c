"""Models of sound: ridge regression, Deep Content-User Embedding, alignment with Word2Vec."""
