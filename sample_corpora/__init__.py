"""Texts that ship with LiLM, and beside them the scripts that made them."""
