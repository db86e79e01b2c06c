"""What `make bench` runs: this project beside what it replaces, as ratios of CPU time, and the peak memory of each."""
