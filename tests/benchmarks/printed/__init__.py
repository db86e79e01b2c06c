"""Printed output in pages."""
