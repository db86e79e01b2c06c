"""Generators of input for the benchmarks."""
