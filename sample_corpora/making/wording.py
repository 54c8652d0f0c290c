"""Templates that say one thing in many ways.

    "[Soon|After a while], {a} [found|saw] {x:a}[| in the grass]."

Square brackets hold alternatives, which may nest; braces hold a slot, with a form after the colon.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sample_corpora.making.dice import Dice


@dataclass(frozen=True)
class Slot:
    """A place in a template that the story fills: the role's name and the wanted form."""

    role: str
    form: str


@dataclass(frozen=True)
class SamplingStep:
    """Alternatives, of which one is taken."""

    options: tuple[tuple[Node, ...], ...]


Node = str | Slot | SamplingStep


@cache
def parse(template: str) -> tuple[Node, ...]:
    """The template as a tree; ValueError if its brackets do not match."""
    options, end = _parse_options(template, 0)
    if end != len(template) or len(options) != 1:
        raise ValueError(f"brackets do not match in: {template}")
    return options[0]


def _parse_options(template: str, start: int) -> tuple[list[tuple[Node, ...]], int]:
    options: list[tuple[Node, ...]] = []
    nodes: list[Node] = []
    at = start
    while at < len(template) and template[at] != "]":
        mark = template[at]
        if mark == "[":
            inner, end = _parse_options(template, at + 1)
            if end >= len(template):
                raise ValueError(f"brackets do not match in: {template}")
            nodes.append(SamplingStep(tuple(inner)))
            at = end + 1
        elif mark == "|":
            options.append(tuple(nodes))
            nodes = []
            at += 1
        elif mark == "{":
            end = template.index("}", at)
            role, _, form = template[at + 1 : end].partition(":")
            nodes.append(Slot(role, form))
            at = end + 1
        else:
            end = at
            while end < len(template) and template[end] not in "[]|{":
                end += 1
            nodes.append(template[at:end])
            at = end
    options.append(tuple(nodes))
    return options, at


def expand(template: str, dice: Dice, fill: Callable[[str, str], str]) -> str:
    """One wording of the template; `fill(role, form)` gives the text of a slot, called from left to right."""
    return _expand(parse(template), dice, fill)


def _expand(nodes: tuple[Node, ...], dice: Dice, fill: Callable[[str, str], str]) -> str:
    parts: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            parts.append(node)
        elif isinstance(node, Slot):
            parts.append(fill(node.role, node.form))
        else:
            parts.append(_expand(dice.pick(node.options), dice, fill))
    return "".join(parts)


_BEFORE_VOWEL = re.compile(r"\b([Aa]) (?=[aeiouAEIOU])(?!one\b|once\b|use|uni)")
_SENTENCE_START = re.compile(r'(?:^|(?<=[.!?] )|(?<=\." )|(?<=\n))[a-z]')


def tidy(text: str) -> str:
    """Right spaces, a or an, and capitals at the start of sentences and of what is said."""
    text = re.sub(r" +", " ", text).strip()
    text = re.sub(r" ([,.!?])", r"\1", text)
    text = _BEFORE_VOWEL.sub(r"\1n ", text)
    text = _raise_quoted(text)
    return _SENTENCE_START.sub(lambda match: match.group().upper(), text)


def _raise_quoted(text: str) -> str:
    """A capital after every opening quote; a lower-case letter after `!"` and `?"` is the teller's, kept low."""
    parts = text.split('"')
    for index in range(1, len(parts), 2):
        parts[index] = parts[index][:1].upper() + parts[index][1:]
    return '"'.join(parts)
