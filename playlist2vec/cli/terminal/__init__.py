"""What a terminal is: how wide, whether it has colours, and tables that fit it."""
