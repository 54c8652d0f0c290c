"""Wording of questions, with the spelling and punctuation that people type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sample_corpora.making.wording import expand, tidy

if TYPE_CHECKING:
    from sample_corpora.making.dice import Dice

Exchange = tuple[str, str]  # what the user writes, what the assistant answers


def wording(dice: Dice, template: str, **words: str) -> str:
    """One wording of a template whose slots are plain words; for a part of a sentence."""
    return expand(template, dice, lambda role, _form: words[role])


def say(dice: Dice, template: str, **words: str) -> str:
    """One wording of a template for whole sentences."""
    return tidy(wording(dice, template, **words))


def typed(dice: Dice, text: str, kept: tuple[str, ...] = ()) -> str:
    """The text as a user may type it: as it is, or without capitals, marks or care. Words of `kept` have no slips."""
    if dice.chance(0.1):
        text = _misspelled(dice, text, kept)
    if dice.chance(0.15):
        text = text.replace("favorite", "favourite").replace("color", "colour")
    style = dice.below(20)
    if style < 10:
        return text
    if style < 12:
        return text.lower()
    if style < 15:
        return text.lower().rstrip(".!?")
    if style < 17:
        return text[:1].lower() + text[1:].rstrip(".!?")
    return text.rstrip(".!?")


def ask(dice: Dice, template: str, **words: str) -> str:
    """One wording of a template as a user may type it."""
    return typed(dice, say(dice, template, **words), tuple(words.values()))


def as_typed(question: str, word: str) -> str:
    """Return a word in the case in which the user typed it: an answer repeats it without a change."""
    found = re.search(rf"\b{re.escape(word)}\b", question, re.IGNORECASE)
    return found.group() if found else word


def _misspelled(dice: Dice, text: str, kept: tuple[str, ...]) -> str:
    """The text with one slip in one long word that is neither a name nor a number."""
    words = [
        match.span()
        for match in re.finditer(r"\b[a-z]{5,}\b", text)
        if not any(match.group() in word for word in kept)
    ]
    if not words:
        return text
    start, end = dice.pick(words)
    at = dice.between(start + 1, end - 2)
    slip = dice.below(3)
    if slip == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if slip == 1:
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at] + text[at:]
