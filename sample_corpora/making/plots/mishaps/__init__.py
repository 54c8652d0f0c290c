"""Plots of something lost, forgotten or done wrong."""
