"""Models of sound, compared with one another and with published code."""
