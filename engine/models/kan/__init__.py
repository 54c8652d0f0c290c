"""Kolmogorov–Arnold networks over a fixed window (Liu et al. 2024)."""
