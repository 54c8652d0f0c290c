"""Studies of a run, each a screen drawn from the results of its command."""
