"""Models and tokenizers in the formats of other programs, written and read."""
