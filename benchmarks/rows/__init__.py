"""The rows of the table printed by `python -m benchmarks`."""
