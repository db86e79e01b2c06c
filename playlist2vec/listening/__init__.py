"""What people listen to next: a history in order of time, ranking, and suggestions."""
