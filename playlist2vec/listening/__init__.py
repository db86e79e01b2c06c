"""Next listens: histories in order of time, rankers, scores and suggestions."""
