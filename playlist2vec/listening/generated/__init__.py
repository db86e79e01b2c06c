"""The data set `listens`: invented people and what they listened to, in the shape of a dump."""
