"""The default corpus: little stories, each a plot played on a scene of its own.

Story number k is a pure function of k.
"""

from __future__ import annotations

from sample_corpora.making.dice import Dice
from sample_corpora.making.plots import crafts, friends, heart, lost, outings
from sample_corpora.making.scene import Scene

COUNT = 3100
SEPARATOR = "\n<|endoftext|>\n"

PLOTS = (
    lost.lost_thing, lost.lost_way, lost.found_purse,
    heart.brave, heart.brave, heart.sharing, heart.quarrel, heart.broken_and_hidden, heart.bad_night,
    crafts.building, crafts.cooking, crafts.garden, crafts.learning, crafts.show,
    friends.gift, friends.secret, friends.hurt, friends.newcomer, friends.swaps,
    outings.trip, outings.rainy_plan, outings.race, outings.hide_and_seek, outings.mistake, outings.stuck,
    outings.errand, outings.snow_day,
)  # fmt: skip


def story(number: int) -> str:
    """The story of this number: a few paragraphs with an empty line between them."""
    scene = Scene(Dice(f"story {number}"))
    scene.dice.pick(PLOTS)(scene)
    return scene.text()


def stories() -> str:
    """The whole corpus."""
    return SEPARATOR.join(story(number) for number in range(COUNT)) + "\n"
