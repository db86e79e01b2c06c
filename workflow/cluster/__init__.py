"""Grids on a Dask cluster."""
