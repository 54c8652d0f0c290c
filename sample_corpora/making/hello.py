"""The smallest corpus: a few lines with few words, so that a bigram model is seen to run in circles."""

from __future__ import annotations

LINES = (
    "good morning sun and good morning sea",
    "the sun said good morning to the sea",
    "the sea said good morning to the boat",
    "the boat said hello to the bird",
    "and the bird said hello to the sun",
    "hello little boat said the bird",
    "hello little bird said the boat",
    "the little boat and the little bird",
    "sang to the sea and the sun",
    "and the sea sang to the little boat",
    "good night bird and good night boat",
    "good night sea said the sun",
)


def hello() -> str:
    """The whole corpus."""
    return "\n".join(LINES) + "\n"
