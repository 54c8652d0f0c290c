"""The conversations: what users ask, how they write it, and what the little model answers."""
