"""Several processes on one run: starting them, and meeting."""
