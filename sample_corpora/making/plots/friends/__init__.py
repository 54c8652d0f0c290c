"""Plots between two who are or become friends."""
