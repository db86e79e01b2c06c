"""Models of sound, measured beside each other and beside what the field has."""
