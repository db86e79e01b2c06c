"""Every way to rank songs, one room each."""
