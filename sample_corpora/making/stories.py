"""The default corpus: little stories, each a plot played on a scene of its own.

Story number k is a pure function of k.
"""

from __future__ import annotations

from sample_corpora.making.dice import Dice
from sample_corpora.making.plots.bedtime import bad_night
from sample_corpora.making.plots.building import building
from sample_corpora.making.plots.courage import brave
from sample_corpora.making.plots.errands import errand, stuck
from sample_corpora.making.plots.games import hide_and_seek, race
from sample_corpora.making.plots.kindness import hurt, newcomer
from sample_corpora.making.plots.kitchen_and_garden import cooking, garden
from sample_corpora.making.plots.learning import learning
from sample_corpora.making.plots.lost_things import found_purse, lost_thing
from sample_corpora.making.plots.lost_way import lost_way
from sample_corpora.making.plots.mistakes import mistake
from sample_corpora.making.plots.presents import gift, secret
from sample_corpora.making.plots.quarrels import broken_and_hidden, quarrel
from sample_corpora.making.plots.sharing import sharing, snow_day
from sample_corpora.making.plots.stage import show
from sample_corpora.making.plots.swaps import swaps
from sample_corpora.making.plots.trips import rainy_plan, trip
from sample_corpora.making.scene import Scene

COUNT = 3100
SEPARATOR = "\n<|endoftext|>\n"

PLOTS = (
    lost_thing, lost_way, found_purse,
    brave, brave, sharing, quarrel, broken_and_hidden, bad_night,
    building, cooking, garden, learning, show,
    gift, secret, hurt, newcomer, swaps,
    trip, rainy_plan, race, hide_and_seek, mistake, stuck,
    errand, snow_day,
)  # fmt: skip


def story(number: int) -> str:
    """The story of this number: a few paragraphs with an empty line between them."""
    scene = Scene(Dice(f"story {number}"))
    scene.dice.pick(PLOTS)(scene)
    return scene.text()


def stories() -> str:
    """The whole corpus."""
    return SEPARATOR.join(story(number) for number in range(COUNT)) + "\n"
