"""The code corpus as one text."""

from __future__ import annotations

from sample_corpora.making.dice import Dice
from sample_corpora.making.functions import lists, numbers, strings, structures
from sample_corpora.making.functions.template import finished
from sample_corpora.making.stories import SEPARATOR

PATTERNS = (*strings.PATTERNS, *numbers.PATTERNS, *lists.PATTERNS, *structures.PATTERNS)


def functions() -> list[str]:
    """The source of every function or class, mixed."""
    return Dice("functions").mixed([source for pattern in PATTERNS for source in finished(pattern)])


def code() -> str:
    """The whole corpus."""
    return SEPARATOR.join(functions()) + "\n"
