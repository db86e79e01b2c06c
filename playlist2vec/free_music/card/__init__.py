"""The card of the data set, and the figure of genres."""
