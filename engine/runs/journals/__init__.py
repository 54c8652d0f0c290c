"""Append-only files of a run: records of steps and events, read whole, by their end, or thinned."""
