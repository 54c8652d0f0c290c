"""Plots of an ordinary day: work, play, errands and outings."""
