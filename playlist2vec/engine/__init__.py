"""Execution of work on this machine or on a Dask cluster."""
