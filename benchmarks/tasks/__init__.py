"""Measured tasks of the benchmarks, run in a process of their own."""
