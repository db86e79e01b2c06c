"""The generated data set `sample`."""
