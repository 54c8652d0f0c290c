"""Snapshots of the screens in the looks that the other snapshots leave out: large, light, and plain ASCII."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.app.test_snapshots import (  # noqa: F401  (fixtures)
    LARGE,
    SMALL,
    all_listed,
    frozen_texts,
    is_answered,
    looks_as_before,
    several_runs,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.app.conftest import User

LOOKS = {
    "small": (SMALL, "dark", "0"),
    "large": (LARGE, "dark", "0"),
    "light": (SMALL, "light", "0"),
    "ascii": (SMALL, "dark", "1"),
}
"""Size, theme and LILM_ASCII of each."""


async def answer(user: User) -> None:
    await is_answered(user)
    await user.press("escape", "left")
    await user.sees("rank")


async def scrub(user: User) -> None:
    await all_listed(user)
    await user.press("3", "z", "c", *["left"] * 6)
    await user.sees("there was a little fox")


async def fork(user: User) -> None:
    await all_listed(user)
    await user.press("3", "f")
    await user.sees("New run")


async def race(user: User) -> None:
    await user.press("1", "R")
    await user.sees("Budget of each")


async def filtered_runs(user: User) -> None:
    await all_listed(user)
    await user.press("slash")
    await user.write("verses")
    await user.press("enter")
    await user.until(lambda: "hello-ngram-1" not in user.screen_text())


async def differences(user: User) -> None:
    await all_listed(user)
    await user.press("asterisk", "D")
    await user.sees("Comparison")


async def side_by_side(user: User) -> None:
    await all_listed(user)
    await user.press("b")
    await user.sees("One prompt for both")


async def surprise(user: User) -> None:
    await all_listed(user)
    await user.press("h")
    await user.write("once upon a time there was a hen")
    await user.press("enter")
    await user.sees("Most surprising")


async def new_run(user: User) -> None:
    await user.press("n", "left")
    await user.sees("about 809k parameters")


async def palette(user: User) -> None:
    await all_listed(user)
    await user.press("ctrl+p")
    await user.write("re")
    await user.sees("Not now")


async def all_keys(user: User) -> None:
    await user.press("question_mark")
    await user.sees("Everywhere")


async def welcome(user: User) -> None:
    await user.sees("train a small GPT")


MISSING: dict[Callable[[User], Awaitable[None]], tuple[str, ...]] = {
    answer: ("ascii",),
    surprise: ("small", "ascii"),
    scrub: ("small", "large", "light", "ascii"),
    fork: ("small", "large", "light", "ascii"),
    race: ("small", "large", "light", "ascii"),
    filtered_runs: ("small", "large", "light", "ascii"),
    differences: ("large", "light", "ascii"),
    side_by_side: ("small", "large", "light", "ascii"),
    new_run: ("light", "ascii"),
    palette: ("large", "light"),
    all_keys: ("small", "light", "ascii"),
    welcome: ("light", "ascii"),
}
"""Looks by story."""


@pytest.mark.parametrize(
    ("story", "look"),
    [(story, look) for story, looks in MISSING.items() for look in looks],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_screen(
    looks_as_before: Any,  # noqa: F811
    story: Callable[[User], Awaitable[None]],
    look: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    size, theme, ascii_only = LOOKS[look]
    monkeypatch.setenv("LILM_ASCII", ascii_only)
    if story not in (race, new_run, all_keys, welcome):
        several_runs()
    assert looks_as_before(story, size, theme)
