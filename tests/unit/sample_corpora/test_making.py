"""The tools that the sample corpora are made with."""

from __future__ import annotations

from collections import Counter

import pytest

from sample_corpora.making.dice import Dice
from sample_corpora.making.scene import Scene
from sample_corpora.making.things import thing
from sample_corpora.making.wording import expand, parse, tidy
from sample_corpora.making.world import CHARACTERS, GROWN_UPS, PLACES


def test_dice_are_a_function_of_their_seed() -> None:
    assert [Dice("a").below(100) for _ in range(3)] == [Dice("a").below(100) for _ in range(3)]
    dice = Dice("numbers that must never change")
    assert [dice.below(1000) for _ in range(6)] == [603, 680, 290, 734, 457, 734]
    assert sorted(Dice("mix").mixed(range(20))) == list(range(20))


def test_template_takes_one_of_each_alternatives() -> None:
    made = {expand("[a|b [c|d]] {x}", Dice(str(seed)), lambda role, form: role) for seed in range(60)}
    assert made == {"a x", "b c x", "b d x"}


@pytest.mark.parametrize("broken", ["[a|b", "a]", "[a|[b]"])
def test_template_with_brackets_that_do_not_match(broken: str) -> None:
    with pytest.raises(ValueError, match="brackets"):
        parse(broken)


def test_tidy_sets_articles_capitals_and_spaces() -> None:
    assert (
        tidy('it was a  owl . "a useful one," said pip. he ran')
        == 'It was an owl. "A useful one," said pip. He ran'
    )


def test_scene_refuses_what_cannot_be() -> None:
    scene = Scene(Dice("scene"))
    scene.cast(a=CHARACTERS["Pip"], b=CHARACTERS["Lily"], x=thing("ball", "red"))
    with pytest.raises(ValueError, match="does not hold"):
        scene.hand("a", "b", "x")
    scene.take("a", "x")
    scene.hand("a", "b", "x")
    assert scene.holds("b", "x")
    assert not scene.holds("a", "x")
    with pytest.raises(ValueError, match="already held"):
        scene.take("a", "x")


def test_scene_says_a_name_where_a_pronoun_would_be_unclear() -> None:
    scene = Scene(Dice("scene"))
    scene.cast(a=CHARACTERS["Anna"], b=CHARACTERS["Mia"], c=CHARACTERS["Tom"])
    scene.tell("{a} met {c}. {a:he} smiled.")
    scene.tell("{a} saw {b}. {a:he} waved at {c:him}.")
    scene.tell("{c} took {c:his} hat.")
    assert scene.text() == "Anna met Tom. She smiled. Anna saw Mia. Anna waved at him. Tom took his hat."


def test_world_agrees_with_itself() -> None:
    for character in CHARACTERS.values():
        friend = CHARACTERS[character.friend]
        assert friend.friend == character.name
        assert friend.pronoun != character.pronoun
        assert character.place in PLACES
    assert {grown_up.place for grown_up in GROWN_UPS.values()} <= set(PLACES)
    kinds = Counter(character.kind for character in CHARACTERS.values() if character.is_animal)
    assert set(kinds.values()) == {1}
