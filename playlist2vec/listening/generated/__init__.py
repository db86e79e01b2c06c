"""The generated data set `listens`: invented people and listens in the format of a dump."""
