"""Recurrent networks: gated recurrent units whose state is the whole context."""
