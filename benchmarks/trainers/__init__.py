"""The trainers of Word2Vec side by side: on large corpora, and by what their embeddings are worth."""
