from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.budget import Budget, extended, parse_budget
from engine.errors import MisuseError


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("3m", Budget(180, "seconds")),
        ("90s", Budget(90, "seconds")),
        ("1.5h", Budget(5400, "seconds")),
        ("10 min", Budget(600, "seconds")),
        ("20 sec", Budget(20, "seconds")),
        ("2000steps", Budget(2000, "steps")),
        ("2k steps", Budget(2000, "steps")),
        ("1step", Budget(1, "steps")),
        ("5M", Budget(5e6, "tokens")),
        ("5M tokens", Budget(5e6, "tokens")),
        ("300k", Budget(3e5, "tokens")),
        ("1.5B", Budget(1.5e9, "tokens")),
        ("100tokens", Budget(100, "tokens")),
        ("2epochs", Budget(2, "epochs")),
        (" .5 epoch ", Budget(0.5, "epochs")),
    ],
)
def test_budgets_are_read_as_people_write_them(text, budget):
    assert parse_budget(text) == budget


@pytest.mark.parametrize(
    "text",
    ["", "3", "m", "-3m", "0m", "0.0epochs", "3 days", "1e3steps", "3mm", "3m 20s", "0.4steps", "infs", "٣"],
)
def test_anything_else_is_misuse(text):
    with pytest.raises(MisuseError, match="budget"):
        parse_budget(text)


@given(st.sampled_from(["10steps", "1k", "2epochs", "1m"]), st.integers(0, 10**6), st.floats(0, 1e6))
def test_the_share_used_grows_from_nothing_to_one(text, count, seconds):
    budget = parse_budget(text)
    used = budget.fraction_used(step=count, tokens=count, seconds=seconds, tokens_per_epoch=100)
    assert 0 <= used <= 1
    assert used <= budget.fraction_used(
        step=count + 1, tokens=count + 1, seconds=seconds + 1, tokens_per_epoch=100
    )


@pytest.mark.parametrize(
    ("text", "share"),
    [("20steps", 0.5), ("200", None), ("200tokens", 0.25), ("2epochs", 0.25), ("40s", 0.75)],
)
def test_each_unit_counts_its_own(text, share):
    if share is None:
        with pytest.raises(MisuseError):
            parse_budget(text)
        return
    used = parse_budget(text).fraction_used(step=10, tokens=50, seconds=30, tokens_per_epoch=100)
    assert used == share


@given(
    st.integers(1, 10**6),
    st.integers(1, 10**6),
    st.sampled_from(["steps", "tokens", "epochs", "s", "m", "h"]),
)
def test_two_budgets_of_a_unit_are_their_sum(first: int, second: int, unit: str) -> None:
    total = parse_budget(extended(f"{first}{unit}", f"{second}{unit}"))
    assert total == parse_budget(f"{first + second}{unit}")


def test_budgets_of_two_units_have_no_sum() -> None:
    assert extended("1.5m", "90s") == "180s"
    with pytest.raises(MisuseError, match="give steps"):
        extended("8steps", "3m")
