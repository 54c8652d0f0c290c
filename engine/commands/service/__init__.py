"""A process that runs commands for the app, so that torch is imported once and not for each of them."""
