"""The state of an installation and of a checkout: what is missing, and the runs that DVC keeps."""
