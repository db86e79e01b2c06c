"""State of an installation and of a checkout: missing parts, and experiments of DVC."""
