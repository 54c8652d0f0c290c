"""Helpers that several commands share: options, bounds, printing, watching."""
