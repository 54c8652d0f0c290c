"""The default corpus: little stories, each a plot played on a scene of its own.

Story number k is a pure function of k.
"""

from __future__ import annotations

from sample_corpora.making.dice import Dice
from sample_corpora.making.people import VILLAGE, strangers
from sample_corpora.making.plots.days.building import building
from sample_corpora.making.plots.days.errands import errand, stuck
from sample_corpora.making.plots.days.errands_and_names import calling, pet, shopping
from sample_corpora.making.plots.days.games import hide_and_seek, race
from sample_corpora.making.plots.days.kitchen_and_garden import cooking, garden
from sample_corpora.making.plots.days.learning import learning
from sample_corpora.making.plots.days.stage import show
from sample_corpora.making.plots.days.trips import rainy_plan, trip
from sample_corpora.making.plots.fairy_tales import best_thing, three_children, who_will_help
from sample_corpora.making.plots.friends.courage import brave
from sample_corpora.making.plots.friends.kindness import hurt, newcomer
from sample_corpora.making.plots.friends.presents import gift, secret
from sample_corpora.making.plots.friends.quarrels import broken_and_hidden, quarrel
from sample_corpora.making.plots.friends.sharing import sharing, snow_day
from sample_corpora.making.plots.friends.swaps import swaps
from sample_corpora.making.plots.mishaps.bedtime import bad_night
from sample_corpora.making.plots.mishaps.lost_things import found_purse, lost_thing
from sample_corpora.making.plots.mishaps.lost_way import lost_way
from sample_corpora.making.plots.mishaps.mistakes import mistake
from sample_corpora.making.scene import Scene
from sample_corpora.making.tales.tale import tale

COUNT = 12_000
IN_THE_VILLAGE = 0.2
"""Share of the stories that are about the fixed thirty, whom the dialogues know too."""
SEPARATOR = "\n<|endoftext|>\n"
SHORT = 0.92
"""Share of the stories that are a few sentences long, as the dialogues tell them.

At temperature 0.8, a model of three minutes keeps the hero of three in four short stories, and of one in three long
ones.
"""

OPENING = 0.4
"""Share of those that first say who the hero is."""

PARENTS = 0.12
"""Share of those about somebody without a name who has three children.

They are called by three hundred callings, so that a model learns to repeat one that it does not know, such as a king.
"""

LONGEST = 850
"""Characters: what fits into a context of 256 tokens."""

PLOTS = (
    lost_thing, lost_way, found_purse,
    brave, brave, sharing, quarrel, broken_and_hidden, bad_night,
    building, cooking, garden, learning, show,
    gift, secret, hurt, newcomer, swaps,
    trip, rainy_plan, race, hide_and_seek, mistake, stuck,
    errand, snow_day, shopping, pet, pet, calling, calling, best_thing, who_will_help,
    three_children, three_children,
)  # fmt: skip


def story(number: int) -> str:
    """The story of this number: a few paragraphs with an empty line between them."""
    dice = Dice(f"story {number}")
    people = VILLAGE if dice.chance(IN_THE_VILLAGE) else strangers(dice)
    if dice.chance(SHORT):
        return tale(dice, dice.pick(people.characters), people, opening=OPENING, parents=PARENTS).text
    while True:
        scene = Scene(dice, people)
        dice.pick(PLOTS)(scene)
        if len(scene.text()) <= LONGEST:
            return scene.text()


def stories() -> str:
    """The whole corpus."""
    return SEPARATOR.join(story(number) for number in range(COUNT)) + "\n"
