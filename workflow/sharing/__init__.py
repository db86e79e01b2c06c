"""Results shared with teammates through a DVC remote."""
