"""The card of the data set, with its numbers, and the figure of its genres."""
