"""Songs by their sound: ridge regression, the Deep Content-User Embedding model, and alignment with
Word2Vec.
"""
