"""The report page with its charts and map."""
