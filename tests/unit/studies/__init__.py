"""Tests of the studies of trained models."""
