"""Nouns of the dialogues: open lists, with some words held back for probes.

Every third word that is told is made up, so that a model learns to repeat what was written and not to choose from a
list. The words of HELD_BACK occur in no text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_corpora.making.names import is_held_back, made_up
from sample_corpora.making.people import ANIMAL_GROUPS, COLORS, FOLK, FOODS, SKILLS
from sample_corpora.making.things import CLOTHES, TOYS, TREASURES

if TYPE_CHECKING:
    from sample_corpora.making.dice import Dice

HELD_BACK = {
    "color": ("magenta", "teal", "indigo", "maroon", "khaki", "amber", "coral", "mauve", "navy", "azure"),
    "animal": (
        "hyena", "yak", "puffin", "gecko", "iguana", "porcupine", "meerkat", "antelope", "dolphin", "octopus",
        "vulture", "platypus",
    ),
    "food": (
        "lasagna", "mangos", "avocados", "tofu", "curry", "papayas", "burritos", "risotto", "cauliflower", "yogurt",
        "hummus", "spaghetti",
    ),
    "thing": (
        "trumpet", "telescope", "kettle", "hammock", "accordion", "bicycle", "anchor", "magnet", "teapot", "guitar",
        "wallet", "typewriter",
    ),
    "hobby": ("archery", "yoga", "pottery", "surfing", "origami", "fencing"),
    "job": ("plumber", "dentist", "librarian", "astronaut", "barber", "mechanic"),
}  # fmt: skip

_MORE_COLORS = (
    "chestnut, sand, mint, rose, sky blue, dark green, light gray, bright red, peach, lemon, rust, plum"
)
_MORE_ANIMALS = (
    "dragon wolf whale shark giraffe penguin snake unicorn crocodile dinosaur rhino moose chicken shrimp"
)
_MORE_FOODS = """
    pizza, soup, cake, fish, salad, toast, fried eggs, ice cream, french fries, lentils, tea, milk, sandwiches, jelly,
    steak, ham, tomatoes, lemons, oranges, bananas, pasta, crackers, cereal, gravy, onions, zucchini
"""
_MORE_THINGS = """
    bike lamp chair table phone clock camera car boat tent ladder basket hammer bag drum piano violin cup plate pillow
    carpet mirror desk radio computer shovel bucket saw broom door wheel knife bench jar
"""
_JOBS = """
    teacher baker farmer doctor nurse driver pilot cook waiter singer painter tailor sailor writer gardener builder
    carpenter fisherman postman policeman fireman lawyer student judge dancer photographer programmer hairdresser
    butcher engineer
"""
_HOBBIES = (
    "chess, football, tennis, hiking, yo-yo, cards, puzzles, photography, camping, karate, gymnastics, judo"
)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(" ".join(text.split()).split(", "))


ANIMALS = tuple(kind for group in ANIMAL_GROUPS for kind in group.kinds) + tuple(_MORE_ANIMALS.split())
LISTS = {
    "color": tuple(dict.fromkeys(COLORS + _listed(_MORE_COLORS))),
    "animal": tuple(dict.fromkeys(ANIMALS)),
    "food": tuple(dict.fromkeys(FOODS + _listed(_MORE_FOODS))),
    "thing": tuple(
        dict.fromkeys(
            [noun for table in (TOYS, TREASURES, CLOTHES) for noun in table if not noun.endswith("*")]
            + _MORE_THINGS.split()
        )
    ),
    "hobby": tuple(dict.fromkeys(SKILLS[:14] + _listed(_HOBBIES))),
    "job": tuple(_JOBS.split()),
}
HEROES = tuple(dict.fromkeys((*LISTS["animal"], *FOLK.kinds, "king", "queen", "robot", "monster", "snowman")))
"""Whom users ask stories about, beside the village's own."""

MADE_UP = 1 / 3


def some_noun(dice: Dice, kind: str, *, held_back: bool = False) -> str:
    """A word of that kind; held back: one that no text has, every third of them made up."""
    if held_back:
        return made_up_word(dice, held_back=True) if dice.chance(1 / 3) else dice.pick(HELD_BACK[kind])
    return made_up_word(dice) if dice.chance(MADE_UP) else dice.pick(LISTS[kind])


def made_up_word(dice: Dice, *, held_back: bool = False) -> str:
    while is_held_back(name := made_up(dice)) != held_back:
        pass
    return name.lower()
