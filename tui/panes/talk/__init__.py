"""The conversation with a model."""
