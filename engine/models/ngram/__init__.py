"""n-gram models: counts of what followed what, in sorted arrays, smoothed in the classic ways."""

from engine.models.ngram.model import NgramModel, load_ngram

__all__ = ["NgramModel", "load_ngram"]
