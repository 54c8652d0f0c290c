"""LiLM's engine: text, tokens, models, training and generation, with no screen. See README.md here."""
