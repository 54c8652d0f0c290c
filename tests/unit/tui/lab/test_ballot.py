"""Votes count for the setup that gave the answer, on whichever side it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.lab.ballot import Ballot

SETUPS = ("old", "new")


@given(st.lists(st.booleans(), max_size=30))
def test_a_judge_who_knows_the_better_answer_is_counted_for_it_alone(swaps: list[bool]) -> None:
    ballot = Ballot()

    for _ in swaps:
        swapped = ballot.shuffle(SETUPS)
        assert ballot.shown == (SETUPS[::-1] if swapped else SETUPS)
        ballot.vote("left" if ballot.shown[0] == "new" else "right")
    assert (ballot.votes["new"], ballot.votes["old"]) == (len(swaps), 0)


def test_sides_are_swapped_about_half_the_time() -> None:
    ballot = Ballot()
    assert 50 < sum(ballot.shuffle(SETUPS) for _ in range(200)) < 150


def test_a_pair_of_answers_has_one_vote() -> None:
    ballot = Ballot()
    ballot.vote("left")
    ballot.shuffle(SETUPS)
    ballot.vote("equal")
    ballot.vote("right")
    assert ballot.describe(SETUPS) == "old: 0, new: 0, equal: 1"
