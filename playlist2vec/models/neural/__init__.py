"""Reproducible training of networks with torch: losses, sampling, loop and checkpoints."""
