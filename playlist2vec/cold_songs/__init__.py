"""Songs that no training playlist holds: the split that makes some, and how well a ranker finds
them.
"""
