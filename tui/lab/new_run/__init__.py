"""The new-run form without its screen."""
