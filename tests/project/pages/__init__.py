"""Rules of README.md and docs/."""
