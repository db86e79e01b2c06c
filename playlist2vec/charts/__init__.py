"""Charts and tables for pages."""
