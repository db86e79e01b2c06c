"""The blend: a mixture of counting baselines and model scores, weighted on validation pairs."""
