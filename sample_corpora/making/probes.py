"""Conversations that are not in the dialogues, each with a test of the last answer.

A benchmark plays the user's turns one after another, lets the model answer each, and asks `check`.
"""

from __future__ import annotations

import importlib.resources
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from sample_corpora.making.chat import manners, sums
from sample_corpora.making.chat.phrasing import ask
from sample_corpora.making.chat.talks import STORY_REQUESTS, hero_wording, small_talk
from sample_corpora.making.dice import Dice
from sample_corpora.making.world import ANIMALS

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["greeting", "name", "sum", "story"]
KINDS: tuple[Kind, ...] = ("greeting", "name", "sum", "story")


@dataclass(frozen=True)
class Probe:
    """What a user writes, and what the last answer must contain.

    `all_of` are words that must occur (in any case), `begins` how it may begin, `number` is what the last
    number must be, `sentences` how many sentences there must be at least. `held_out` marks a sum that no dialogue
    contains.
    """

    kind: Kind
    user_turns: tuple[str, ...]
    all_of: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    number: int | None = None
    sentences: int = 0
    held_out: bool = False

    def check(self, answers: list[str]) -> bool:
        """Whether the last of the model's answers, one for each of the user's turns, is right."""
        if len(answers) != len(self.user_turns):
            return False
        words = re.findall(r"[a-z0-9]+", answers[-1].lower())
        said = f" {' '.join(words)} "
        return (
            all(f" {word.lower()} " in said for word in self.all_of)
            and (not self.begins or said.split()[:1] in [[word] for word in self.begins])
            and (self.number is None or re.findall(r"\d+", answers[-1])[-1:] == [str(self.number)])
            and len(re.findall(r"[.!?](?=\"?(?:\s|$))", answers[-1])) >= self.sentences
        )


def chat_probes(count: int, seed: int) -> list[Probe]:
    """`count` different probes, a quarter of each kind, none of which any dialogue begins with."""
    dice = Dice(f"probes {seed}")
    taught = user_beginnings()
    probes: dict[tuple[str, ...], Probe] = {}
    while len(probes) < count:
        probe = MAKERS[KINDS[len(probes) % len(KINDS)]](dice)
        if probe.user_turns not in taught:
            probes.setdefault(probe.user_turns, probe)
    return list(probes.values())


@cache
def user_beginnings() -> frozenset[tuple[str, ...]]:
    """Everything that users of the dialogues have written up to any point of a conversation."""
    beginnings: set[tuple[str, ...]] = set()
    text = (importlib.resources.files("sample_corpora") / "dialogues.jsonl").read_text("ascii")
    for line in text.splitlines():
        turns = tuple(m["content"] for m in json.loads(line)["messages"] if m["role"] == "user")
        beginnings.update(turns[:end] for end in range(1, len(turns) + 1))
    return frozenset(beginnings)


def _greeting(dice: Dice) -> Probe:
    """A greeting after one or two other exchanges, or one with a name."""
    if dice.chance(0.5):
        name = dice.pick(manners.NAMES)
        told, _ = manners.introduction(dice, name)
        return Probe("greeting", (told,), all_of=(name,))
    turns = [small_talk(dice)[0] for _ in range(dice.between(1, 2))]
    return Probe("greeting", (*turns, manners.greeting(dice)[0]), begins=("hello", "hi", "good"))


def _name(dice: Dice) -> Probe:
    """A name that is asked for after up to two other exchanges."""
    name = dice.pick(manners.NAMES)
    told, _ = manners.introduction(dice, name)
    between = [small_talk(dice)[0] for _ in range(dice.between(0, 2))]
    asked, _ = manners.recall(dice, name)
    return Probe("name", (told, *between, asked), all_of=(name,))


def _sum(dice: Dice) -> Probe:
    """A sum; every fourth is one of those that the dialogues leave out."""
    held_out = dice.chance(0.25)
    sum_ = dice.pick(sums.HELD_OUT_SUMS if held_out else sums.TAUGHT_SUMS)
    before = [manners.greeting(dice)[0]] if dice.chance(0.3) else []
    return Probe("sum", (*before, sums.question(dice, sum_)), number=sums.result(sum_), held_out=held_out)


def _story(dice: Dice) -> Probe:
    """A story about a given animal."""
    hero = dice.pick(ANIMALS)
    before = [manners.greeting(dice)[0]] if dice.chance(0.4) else []
    request = ask(dice, STORY_REQUESTS, hero=hero_wording(dice, hero))
    return Probe("story", (*before, request), all_of=(hero.name,), sentences=3)


MAKERS: dict[Kind, Callable[[Dice], Probe]] = {
    "greeting": _greeting,
    "name": _name,
    "sum": _sum,
    "story": _story,
}
