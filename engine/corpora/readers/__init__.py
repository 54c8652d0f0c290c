"""Readers: files of each kind to documents, in bounded memory."""
