"""The second stage: candidates of several rankers, and their order by a model of many features."""
