"""The second stage: candidates of several rankers, ordered by a model of many features."""
