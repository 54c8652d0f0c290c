"""Short stories of a few sentences for whoever asks for one, with a question each that its text answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sample_corpora.making import events
from sample_corpora.making.people import VILLAGE, People, nameless
from sample_corpora.making.scene import FAMILY, Scene
from sample_corpora.making.tales import doings, friends, mishaps
from sample_corpora.making.tales.frame import Questions, ending

if TYPE_CHECKING:
    from collections.abc import Callable

    from sample_corpora.making.dice import Dice
    from sample_corpora.making.world import Character

PLOTS: tuple[Callable[[Scene], Questions], ...] = (
    mishaps.lost,
    mishaps.hungry,
    mishaps.afraid,
    friends.gift,
    mishaps.rain,
    doings.learn,
    mishaps.noise,
    friends.help,
    doings.build,
    friends.quarrel,
    mishaps.cold,
    mishaps.hidden,
    friends.pet,
    friends.pet,
    friends.swap,
    friends.visit,
    mishaps.ill,
    doings.skills,
    doings.three,
    doings.three,
    friends.asks,
    mishaps.wind,
    doings.picture,
    friends.new,
    friends.race,
    mishaps.dream,
    doings.wish,
    doings.basket,
    friends.called,
)


@dataclass(frozen=True)
class Tale:
    """A short story and what can be asked about it."""

    text: str
    questions: tuple[tuple[str, str], ...]


def tale(
    dice: Dice, hero: Character, people: People = VILLAGE, *, opening: float = 0.0, parents: float = 0.0
) -> Tale:
    """A story of three to six sentences about the hero, with a friend out of the people.

    `opening` is the probability of a sentence or two before it that introduce the hero, and `parents` that of a story
    about somebody without a name who has three children.
    """
    plot = dice.pick(PLOTS)
    if dice.chance(parents):
        plot, hero = doings.three, nameless(dice, hero)
    scene = Scene(dice, people)
    others = [c for c in people.characters if c.pronoun != hero.pronoun]
    friend = people.friend_of(hero) if dice.chance(0.5) else dice.pick(others)
    elders = [elder for elder in FAMILY if elder.pronoun != hero.pronoun]
    scene.cast(a=hero, b=friend, e=dice.pick(elders))
    scene.cast(p=events.places(scene, 1)[0])
    scene.weather = dice.pick(("sunny", "windy", "cloudy", "warm", "cold"))
    scene.time = dice.pick(("morning", "afternoon", "evening"))
    if plot is not doings.three and dice.chance(opening):
        scene.tell(*events.INTRODUCTIONS)
        scene.maybe(0.4, *events.facts(scene))
    questions = plot(scene)
    if scene.character("a").name not in scene.last or scene.was_named_first("b", "a"):
        ending(scene)
    return Tale(
        scene.text().replace("\n\n", " "), tuple((scene.phrase(q), scene.phrase(a)) for q, a in questions)
    )


def long_tale(dice: Dice, hero: Character) -> str:
    """Two stories in a row about the hero."""
    return f"{tale(dice, hero, opening=1.0).text} {tale(dice, hero).text}"
