"""Ids to next-token logits: n-gram, MLP and GPT behind one interface."""
