"""Training of networks with torch: losses, sampling, the loop and its checkpoints, the same bytes
from run to run.
"""
