"""Initial parameters for a corpus: two branches are trained within a budget and compared."""
