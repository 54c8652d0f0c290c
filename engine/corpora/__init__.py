"""Corpora: catalogue, readers, documents, and token arrays."""
