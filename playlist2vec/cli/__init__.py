"""The command `playlist2vec`."""
