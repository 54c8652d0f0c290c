"""The smallest corpus: few words with uneven counts, so that a bigram model shows loops and what temperature does.

`hello` is followed by nine different words, from five times (moon) to once. The most likely word after each word
leads from `hello` back to `hello`, as in the first bigrams of a language model built by hand.
"""

from __future__ import annotations

LINES = (
    "hello moon said the owl and hello moon said the mouse",
    "but the moon would not say hello",
    "hello stars said the owl and hello sea said the mouse",
    "but the sea would not say hello",
    "hello little mouse said the owl and hello owl said the mouse",
    "for the owl and the mouse are friends and friends say hello",
    "so say hello to the moon and hello to the stars",
    "and hello to everybody said the owl",
    "hello moon said the owl again and hello moon said the mouse",
    "hello moon said the owl and hello little one",
    "said the moon to the owl and the mouse",
    "and then the moon would not say hello again",
)


def hello() -> str:
    """The whole corpus."""
    return "\n".join(LINES) + "\n"
