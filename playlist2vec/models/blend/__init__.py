"""The blend: a mixture of counting and of a model's vectors, weighted on validation pairs."""
