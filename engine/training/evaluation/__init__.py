"""Evaluation on held-out text, in nats per token and in bits per byte."""
