"""The panes of the main screen, each with a title and keys."""
