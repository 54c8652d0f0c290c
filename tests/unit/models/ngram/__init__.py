"""Tests of the n-gram models."""
