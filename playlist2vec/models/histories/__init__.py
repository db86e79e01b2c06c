"""Baselines that know the listener: counts of the listener's own listens and of all listens."""
