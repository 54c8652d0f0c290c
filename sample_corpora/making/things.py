"""What can be found, lost, made, given and eaten in the stories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sample_corpora.making.dice import Dice


@dataclass(frozen=True, eq=False)
class Thing:
    """One particular thing; two red balls are two things."""

    noun: str
    look: str
    plural: bool = False

    @property
    def full(self) -> str:
        return f"{self.look} {self.noun}" if self.look else self.noun

    def word(self, singular: str, plural: str) -> str:
        """Of two words the one that agrees with the thing."""
        return plural if self.plural else singular


Looks = Mapping[str, tuple[str, ...]]

# Each noun with looks that suit it; a plural noun ends in "*".
TOYS: Looks = {
    "ball": ("red", "blue", "striped", "rubber"),
    "kite": ("red", "yellow", "paper", "green"),
    "doll": ("wooden", "small", "rag", "old"),
    "drum": ("tin", "little", "red", "loud"),
    "top": ("wooden", "striped", "blue", "fast"),
    "toy boat": ("wooden", "white", "blue", "little"),
    "whistle": ("tin", "silver", "loud", "wooden"),
    "marbles*": ("glass", "green", "shiny", "blue"),
    "wagon": ("red", "little", "wooden", "green"),
    "puppet": ("funny", "small", "rag", "old"),
}
TREASURES: Looks = {
    "button": ("shiny", "gold", "round", "blue"),
    "shell": ("pink", "white", "smooth", "big"),
    "key": ("rusty", "silver", "small", "old"),
    "feather": ("white", "long", "blue", "soft"),
    "coin": ("gold", "old", "silver", "round"),
    "stone": ("smooth", "green", "round", "shiny"),
    "bell": ("silver", "tiny", "brass", "old"),
    "ribbon": ("red", "long", "yellow", "silk"),
    "ring": ("silver", "tiny", "gold", "plain"),
    "map": ("old", "secret", "folded", "small"),
    "lantern": ("small", "green", "old", "tin"),
    "book": ("thick", "little", "red", "old"),
}
CLOTHES: Looks = {
    "hat": ("straw", "red", "green", "tall"),
    "scarf": ("warm", "red", "striped", "long"),
    "mittens*": ("warm", "blue", "woollen", "red"),
    "coat": ("warm", "green", "brown", "thick"),
    "boots*": ("yellow", "old", "red", "brown"),
    "blanket": ("soft", "blue", "warm", "woollen"),
}
SNACKS: Looks = {
    "apple": ("red", "big", "sweet", "green"),
    "bun": ("fresh", "warm", "sweet", "round"),
    "cake": ("small", "sweet", "round", "fresh"),
    "pie": ("warm", "round", "little", "fresh"),
    "plums*": ("ripe", "sweet", "purple", "juicy"),
    "nuts*": ("brown", "crisp", "fresh", "big"),
    "berries*": ("red", "sweet", "ripe", "juicy"),
    "pancake": ("warm", "thick", "round", "sweet"),
    "pear": ("yellow", "juicy", "ripe", "sweet"),
    "biscuits*": ("crisp", "round", "fresh", "sweet"),
}


def thing(noun: str, look: str = "") -> Thing:
    """The thing that a table's entry stands for."""
    return Thing(noun.removesuffix("*"), look, noun.endswith("*"))


def some_things(dice: Dice, table: Looks, count: int) -> list[Thing]:
    """`count` things of different nouns."""
    return [thing(noun, dice.pick(table[noun])) for noun in dice.some(tuple(table), count)]


def some_thing(dice: Dice, *tables: Looks) -> Thing:
    """One thing of one of the tables."""
    return some_things(dice, dice.pick(tables), 1)[0]
