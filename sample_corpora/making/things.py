"""Things that are found, lost, made, given and eaten in the stories."""

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
    "hoop": ("wooden", "red", "big", "light"),
    "toy train": ("wooden", "blue", "little", "long"),
    "balloon": ("red", "round", "yellow", "huge"),
    "toy duck": ("yellow", "wooden", "small", "funny"),
    "blocks*": ("wooden", "painted", "square", "old"),
    "sled": ("red", "fast", "wooden", "old"),
    "cards*": ("painted", "old", "little", "funny"),
    "flute": ("silver", "wooden", "small", "old"),
    "rattle": ("tin", "round", "painted", "loud"),
    "bow": ("small", "wooden", "strong", "new"),
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
    "watch": ("gold", "round", "silver", "old"),
    "pearl": ("white", "tiny", "smooth", "black"),
    "medal": ("bronze", "round", "shiny", "old"),
    "compass": ("brass", "small", "old", "round"),
    "spoon": ("silver", "wooden", "long", "little"),
    "mirror": ("round", "small", "silver", "old"),
    "box": ("tin", "wooden", "little", "secret"),
    "bottle": ("green", "glass", "tiny", "blue"),
    "comb": ("silver", "green", "small", "wooden"),
    "letter": ("long", "folded", "old", "secret"),
    "candle": ("thick", "red", "white", "short"),
    "thimble": ("silver", "tiny", "brass", "old"),
    "horseshoe": ("rusty", "heavy", "old", "iron"),
    "chain": ("silver", "long", "gold", "thin"),
    "pencil": ("red", "short", "blue", "new"),
    "umbrella": ("red", "black", "small", "striped"),
    "purse": ("leather", "green", "small", "old"),
    "vase": ("blue", "glass", "tall", "painted"),
}
CLOTHES: Looks = {
    "hat": ("straw", "red", "green", "tall"),
    "scarf": ("warm", "red", "striped", "long"),
    "mittens*": ("warm", "blue", "woolen", "red"),
    "coat": ("warm", "green", "brown", "thick"),
    "boots*": ("yellow", "old", "red", "brown"),
    "blanket": ("soft", "blue", "warm", "woolen"),
    "gloves*": ("warm", "gray", "leather", "red"),
    "socks*": ("striped", "thick", "green", "warm"),
    "cap": ("blue", "flat", "red", "warm"),
    "sweater": ("thick", "yellow", "striped", "soft"),
    "cape": ("red", "long", "purple", "warm"),
    "shawl": ("soft", "gray", "woolen", "long"),
    "jacket": ("brown", "warm", "leather", "short"),
    "slippers*": ("soft", "red", "old", "warm"),
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
    "cookie": ("sweet", "round", "crisp", "big"),
    "muffin": ("warm", "sweet", "small", "fresh"),
    "waffle": ("warm", "crisp", "sweet", "thick"),
    "tart": ("round", "sweet", "little", "fresh"),
    "pretzel": ("crisp", "big", "fresh", "warm"),
    "peach": ("ripe", "soft", "sweet", "juicy"),
    "carrots*": ("long", "crisp", "fresh", "sweet"),
    "cherries*": ("red", "ripe", "dark", "sweet"),
    "grapes*": ("green", "sweet", "purple", "juicy"),
    "chestnuts*": ("brown", "warm", "big", "fresh"),
    "apricot": ("ripe", "soft", "sweet", "small"),
    "dumplings*": ("warm", "round", "fresh", "soft"),
}


BAKED = (
    "bun",
    "cake",
    "pie",
    "pancake",
    "cookie",
    "muffin",
    "waffle",
    "tart",
    "pretzel",
    "biscuits",
    "dumplings",
)
WHOLE = (*BAKED[:-2], "apple", "pear", "peach", "apricot")
"""Of which one can have half."""

_ANY_LOOK_TEXT = """
    red blue yellow green white black brown gray purple pink orange golden silver striped spotted tiny small
    little big huge heavy light old new strange funny pretty plain shiny dusty smooth round flat long short
    thick thin soft hard bright dark broken painted wooden
"""
ANY_LOOK = tuple(_ANY_LOOK_TEXT.split())
_ANY_TASTE_TEXT = """
    sweet fresh big small huge tiny good soft golden brown red yellow green thick
"""
ANY_TASTE = tuple(_ANY_TASTE_TEXT.split())


def thing(noun: str, look: str = "") -> Thing:
    """The thing that a table's entry stands for."""
    return Thing(noun.removesuffix("*"), look, noun.endswith("*"))


def some_things(dice: Dice, table: Looks, count: int) -> list[Thing]:
    """`count` things of different nouns, half of them with a look that any thing can have."""
    return [thing(noun, _some_look(dice, table, noun)) for noun in dice.some(tuple(table), count)]


def _some_look(dice: Dice, table: Looks, noun: str) -> str:
    if dice.chance(0.5):
        return dice.pick(table[noun])
    return dice.pick(ANY_TASTE if noun in SNACKS else ANY_LOOK)


def some_thing(dice: Dice, *tables: Looks) -> Thing:
    """One thing of one of the tables."""
    return some_things(dice, dice.pick(tables), 1)[0]
