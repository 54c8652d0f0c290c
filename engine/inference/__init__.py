"""Sampling, decoding, chat rendering, and the sampler process that answers the app."""
