"""Baselines that know what the listener heard: counts of the own listens, and of everybody's."""
