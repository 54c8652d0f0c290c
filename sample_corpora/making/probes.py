"""Conversations that are not in the dialogues, each with a test of the last answer.

A benchmark plays the user's turns one after another, lets the model answer each, and asks `check`. Half of the names,
colors and other words that must be remembered are of those that no text has.
"""

from __future__ import annotations

import gzip
import importlib.resources
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from sample_corpora.making.chat import manners, sums
from sample_corpora.making.chat.memory import KINDS as FACT_KINDS
from sample_corpora.making.chat.memory import some_fact
from sample_corpora.making.chat.nouns import HELD_BACK
from sample_corpora.making.chat.phrasing import ask
from sample_corpora.making.chat.talks import (
    LONG_REQUESTS,
    STORY_REQUESTS,
    called_hero,
    small_talk,
    villager_wording,
    visiting_hero,
)
from sample_corpora.making.dice import Dice
from sample_corpora.making.names import some_name
from sample_corpora.making.world import ANIMALS

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["greeting", "name", "memory", "across a story", "sum", "too large", "story", "system"]
KINDS: tuple[Kind, ...] = (
    "greeting", "name", "name", "memory", "memory", "across a story", "sum", "sum", "too large", "story", "system",
)  # fmt: skip
"""In the order in which probes are made; a kind that stands here twice has twice as many."""


@dataclass(frozen=True)
class Probe:
    """A user's turns, and the check of the last answer.

    `all_of` are words that must occur (in any case), `begins` how it may begin, `number` is what the last
    number must be, `sentences` how many sentences there must be at least, `no_number` that it is declined.
    `held_out` marks words that no text has, or a sum that no dialogue has.
    """

    kind: Kind
    user_turns: tuple[str, ...]
    all_of: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    number: int | None = None
    sentences: int = 0
    no_number: bool = False
    held_out: bool = False
    system: str = ""

    def check(self, answers: list[str]) -> bool:
        """True if the last of the model's answers, one for each of the user's turns, is right."""
        if len(answers) != len(self.user_turns):
            return False
        said = _plain(answers[-1])
        return (
            all(_plain(word) in said for word in self.all_of)
            and (not self.begins or said.split()[:1] in [[word] for word in self.begins])
            and (self.number is None or re.findall(r"\d+", answers[-1])[-1:] == [str(self.number)])
            and not (self.no_number and re.search(r"\d", answers[-1]))
            and len(re.findall(r"[.!?](?=\"?(?:\s|$))", answers[-1])) >= self.sentences
        )


def _plain(text: str) -> str:
    """Return the words of a text in lower case, with a blank before and after each."""
    return f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "


def chat_probes(count: int, seed: int) -> list[Probe]:
    """`count` different probes of all kinds, none of which any dialogue begins with."""
    dice = Dice(f"probes {seed}")
    taught = user_beginnings()
    probes: dict[tuple[str, ...], Probe] = {}
    while len(probes) < count:
        probe = MAKERS[KINDS[len(probes) % len(KINDS)]](dice)
        if probe.user_turns not in taught:
            probes.setdefault(probe.user_turns, probe)
    return list(probes.values())


def ten_turns(seed: int) -> tuple[str, ...]:
    """Return a user's ten turns: a name and a fact, small talk, and questions for both."""
    dice = Dice(f"ten turns {seed}")
    name = some_name(dice, held_back=dice.chance(0.5))
    fact, other = (some_fact(dice, kind, held_back=dice.chance(0.5)) for kind in ("color", "place"))
    early = [manners.greeting(dice), manners.introduction(dice, name), fact.told(dice)]
    middle = [small_talk(dice) for _ in range(3)]
    late = [other.told(dice), other.asked(dice), fact.asked(dice), manners.recall(dice, name)]
    return tuple(question for question, _ in (*early, *dice.mixed(middle), *late))


@cache
def user_beginnings() -> frozenset[tuple[str, ...]]:
    """Everything that users of the dialogues have written up to any point of a conversation."""
    beginnings: set[tuple[str, ...]] = set()
    packed = (importlib.resources.files("sample_corpora") / "dialogues.jsonl.gz").read_bytes()
    for line in gzip.decompress(packed).splitlines():
        turns = tuple(m["content"] for m in json.loads(line)["messages"] if m["role"] == "user")
        beginnings.update(turns[:end] for end in range(1, len(turns) + 1))
    return frozenset(beginnings)


def _greeting(dice: Dice) -> Probe:
    """A greeting after one or two other exchanges, or one with a name."""
    if dice.chance(0.5):
        held_back = dice.chance(0.5)
        name = some_name(dice, held_back=held_back)
        told, _ = manners.introduction(dice, name)
        return Probe("greeting", (told,), all_of=(name,), held_out=held_back)
    turns = [small_talk(dice)[0] for _ in range(dice.between(1, 2))]
    return Probe("greeting", (*turns, manners.greeting(dice)[0]), begins=("hello", "hi", "good"))


def _name(dice: Dice) -> Probe:
    """A name that is asked for after up to two other exchanges."""
    held_back = dice.chance(0.5)
    name = some_name(dice, held_back=held_back)
    told, _ = manners.introduction(dice, name)
    between = [small_talk(dice)[0] for _ in range(dice.between(0, 2))]
    asked, _ = manners.recall(dice, name)
    return Probe("name", (told, *between, asked), all_of=(name,), held_out=held_back)


def _memory(dice: Dice) -> Probe:
    """One of two things that were told: a color, an animal, where somebody lives."""
    held_back = dice.chance(0.5)
    names = [name for name, kind in FACT_KINDS.items() if kind.value in HELD_BACK or kind.value == "name"]
    one, other = dice.some(names if held_back else [*names, "age", "count"], 2)
    fact, beside = some_fact(dice, one, held_back=held_back), some_fact(dice, other)
    told = dice.mixed([fact.told(dice)[0], beside.told(dice)[0]])
    between = [small_talk(dice)[0] for _ in range(dice.between(0, 1))]
    return Probe("memory", (*told, *between, fact.asked(dice)[0]), all_of=(fact.x,), held_out=held_back)


def _across_a_story(dice: Dice) -> Probe:
    """A name that is asked for when a long story was told since."""
    held_back = dice.chance(0.5)
    name = some_name(dice, held_back=held_back)
    told, _ = manners.introduction(dice, name)
    request = ask(dice, LONG_REQUESTS, hero=called_hero(dice)[0])
    asked, _ = manners.recall(dice, name)
    return Probe("across a story", (told, request, asked), all_of=(name,), held_out=held_back)


def _sum(dice: Dice) -> Probe:
    """A sum; every tenth is one of those that the dialogues leave out."""
    held_out = dice.chance(0.1)
    sum_ = dice.pick(sums.HELD_OUT_SUMS if held_out else sums.TAUGHT_SUMS)
    before = [small_talk(dice)[0] for _ in range(dice.between(0, 2))]
    return Probe("sum", (*before, sums.question(dice, sum_)), number=sums.result(sum_), held_out=held_out)


def _too_large(dice: Dice) -> Probe:
    """A sum that the model must decline."""
    before = [manners.greeting(dice)[0]] if dice.chance(0.3) else []
    return Probe("too large", (*before, sums.too_large(dice)[0]), no_number=True, sentences=1)


def _story(dice: Dice) -> Probe:
    """A story about a given animal; half of them are none of the village, and half of these in no text."""
    before = [manners.greeting(dice)[0]] if dice.chance(0.4) else []
    if dice.chance(0.5):
        hero = dice.pick(ANIMALS)
        called, word, held_back = villager_wording(dice, hero), hero.name, False
    else:
        held_back = dice.chance(0.5)
        name = some_name(dice, held_back=held_back)
        kind = dice.pick(HELD_BACK["animal"]) if held_back else ""
        called, visitor = visiting_hero(dice, name, kind)
        word = visitor.kind if visitor.is_nameless else visitor.name
    request = ask(dice, STORY_REQUESTS, hero=called)
    return Probe("story", (*before, request), all_of=(word,), sentences=3, held_out=held_back)


def _system(dice: Dice) -> Probe:
    """A name that the system message tells."""
    held_back = dice.chance(0.5)
    name = some_name(dice, held_back=held_back)
    asked, _ = manners.recall(dice, name)
    between = [small_talk(dice)[0] for _ in range(dice.between(0, 1))]
    return Probe(
        "system", (*between, asked), all_of=(name,), held_out=held_back, system=f"The user's name is {name}."
    )


MAKERS: dict[Kind, Callable[[Dice], Probe]] = {
    "greeting": _greeting,
    "name": _name,
    "memory": _memory,
    "across a story": _across_a_story,
    "sum": _sum,
    "too large": _too_large,
    "story": _story,
    "system": _system,
}
