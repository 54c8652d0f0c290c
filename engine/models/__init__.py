"""Ids to next-token scores: n-gram, MLP and GPT behind one interface."""
