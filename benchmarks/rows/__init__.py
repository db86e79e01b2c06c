"""The rows of the table that `python -m benchmarks` prints."""
