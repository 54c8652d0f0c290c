"""Checks of the machine and of LiLM's folders for `lilm doctor`, each a function that returns findings."""
