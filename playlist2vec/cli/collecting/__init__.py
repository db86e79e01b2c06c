"""Commands that collect a data set from a service, with the user's own credentials."""
