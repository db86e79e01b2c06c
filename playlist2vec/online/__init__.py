"""Network access: the only folder that opens connections."""
