"""The few scores that runs are compared by, for `dvc exp show` and the like."""
