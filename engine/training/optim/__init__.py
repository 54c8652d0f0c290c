"""Optimizers, their learning rates, and their state as named tensors."""
