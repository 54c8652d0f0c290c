"""Snapshots of the lab in a small terminal and in a large one, with runs and texts that do not change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.app.conftest import FAKE_SAMPLER, User
from tests.app.frozen_runs import make_run
from tui.app import LilmApp
from tui.lab import corpus_list
from tui.lab.corpus_item import CorpusItem
from tui.lab.corpus_list import TextFacts
from tui.preferences import Preferences
from tui.widgets.chart.chart import LossChart

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.pilot import Pilot

SMALL, LARGE, TINY = (80, 24), (120, 40), (58, 15)
TEXTS = [
    CorpusItem("stories", "Stories", 2_660_000, is_default=True),
    CorpusItem("dialogues", "Dialogues", 4_490_000),
    CorpusItem("verses", "Verses", 19_600),
    CorpusItem("/home/someone/notes.md", "", 8_200),
    CorpusItem("/home/someone/gone.txt", "", None),
]

Story = "Callable[[User], Awaitable[None]]"
Compare = "Callable[[Story, tuple[int, int]], bool]"


@pytest.fixture(autouse=True)
def frozen_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus_list, "list_corpora", lambda: TEXTS)
    monkeypatch.setattr(corpus_list, "check_texts", lambda sources: TextFacts(tuple(sources), "", 60))


@pytest.fixture
def looks_as_before(snap_compare: Callable[..., bool]) -> Callable[..., bool]:
    """Tells a story to a fresh app and compares its last screen."""

    def compare(story: Callable[[User], Awaitable[None]], size: tuple[int, int], theme: str = "dark") -> bool:
        app = LilmApp(FAKE_SAMPLER, Preferences(theme=theme))

        async def before(pilot: Pilot[None]) -> None:
            user = User(app, pilot)
            await user.sees("notes.md")
            await user.until(lambda: app.lab.watcher.has_listed)
            await story(user)
            await user.until(user.list_is_current, "the list is current")
            await user.settles()
            await pilot.pause()

        return snap_compare(app, terminal_size=size, run_before=before)

    return compare


def several_runs() -> None:
    make_run("verses-mlp-1", "died", step=30)
    make_run("hello-ngram-1", "finished", step=200)
    make_run("stories-gpt-1", "training", step=130)


async def all_listed(user: User) -> None:
    for name, state in (
        ("verses-mlp-1", "died"),
        ("hello-ngram-1", "finished"),
        ("stories-gpt-1", "training"),
    ):
        await user.run_is(name, state)
    await user.press("2")
    user.app.lab_screen.select("stories-gpt-1")
    selected = user.run("stories-gpt-1")
    await user.until(lambda: user.app.lab_screen.selected is selected and selected.checkpoint == 120)
    steps = user.run("stories-gpt-1").history.steps
    chart = user.app.screen.query_one(LossChart)
    await user.until(lambda: len(steps) == 130 == len(chart.curves["train"]), "the whole curve is drawn")


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_first_open(looks_as_before: Any, size: tuple[int, int]) -> None:
    async def story(user: User) -> None:
        await user.sees("train a small GPT")

    assert looks_as_before(story, size)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_watching_a_run(looks_as_before: Any, size: tuple[int, int]) -> None:
    several_runs()
    assert looks_as_before(all_listed, size)


@pytest.mark.parametrize("size", [SMALL, LARGE, TINY])
def test_talking(looks_as_before: Any, size: tuple[int, int]) -> None:
    several_runs()
    assert looks_as_before(talks, size)


@pytest.mark.parametrize("theme", ["light", "16-color"])
def test_talking_in_other_colors(looks_as_before: Any, theme: str) -> None:
    several_runs()
    assert looks_as_before(talks, SMALL, theme)


@pytest.mark.parametrize(("size", "theme"), [(SMALL, "light"), (LARGE, "dark")])
def test_what_surprises_a_model(looks_as_before: Any, size: tuple[int, int], theme: str) -> None:
    several_runs()

    async def story(user: User) -> None:
        await all_listed(user)
        await user.press("2", "h")
        await user.write("once upon a time there was a hen")
        await user.press("enter")
        await user.sees("Most surprising")
        await user.press("right", "right")
        await user.sees("all others")

    assert looks_as_before(story, size, theme)


async def is_answered(user: User) -> None:
    await all_listed(user)
    await user.press("4")
    await user.write("once upon a time")
    await user.press("enter")
    await user.sees("tok/s")
    await user.until(lambda: not user.app.lab.talker.is_busy)


async def talks(user: User) -> None:
    await is_answered(user)
    await user.press("escape", "p", "left", "left")
    await user.sees("all others")
    await user.sees("other token")


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_a_run_that_died(looks_as_before: Any, size: tuple[int, int]) -> None:
    several_runs()

    async def story(user: User) -> None:
        await all_listed(user)
        user.app.lab_screen.select("verses-mlp-1")
        await user.sees("Its trainer exited")

    assert looks_as_before(story, size)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_comparing_runs(looks_as_before: Any, size: tuple[int, int]) -> None:
    several_runs()

    async def story(user: User) -> None:
        await all_listed(user)
        await user.press("space", "down", "space", "up", "3", "z")
        await user.sees("bits per byte")

    assert looks_as_before(story, size)


def test_what_is_different_between_runs(looks_as_before: Any) -> None:
    several_runs()

    async def story(user: User) -> None:
        await all_listed(user)
        await user.press("2", "asterisk", "D")
        await user.sees("Comparison")

    assert looks_as_before(story, SMALL)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_a_new_run(looks_as_before: Any, size: tuple[int, int]) -> None:
    async def story(user: User) -> None:
        await user.press("n", "left")
        await user.sees("about 809k parameters")

    assert looks_as_before(story, size)


def test_a_new_run_with_an_error(looks_as_before: Any) -> None:
    async def story(user: User) -> None:
        await user.press("n", "left", "down", "down", "down", "end", "x")
        await user.sees("Tokenizer: ")

    assert looks_as_before(story, SMALL)


def test_help(looks_as_before: Any) -> None:
    async def story(user: User) -> None:
        await user.press("question_mark")
        await user.sees("Everywhere")

    assert looks_as_before(story, LARGE)


def test_deleting(looks_as_before: Any) -> None:
    several_runs()

    async def story(user: User) -> None:
        await all_listed(user)
        await user.press("down", "d")
        await user.sees("Delete hello-ngram-1?")

    assert looks_as_before(story, SMALL)


def test_the_curve_in_a_tiny_terminal(looks_as_before: Any) -> None:
    several_runs()

    async def story(user: User) -> None:
        await all_listed(user)
        await user.press("3")
        await user.sees("steps")

    assert looks_as_before(story, TINY, "light")


def test_talking_to_one_run_while_another_trains(looks_as_before: Any) -> None:
    several_runs()

    async def story(user: User) -> None:
        await all_listed(user)
        user.app.lab_screen.select("hello-ngram-1")
        await user.press("4")
        await user.sees("hello-ngram-1, step 200")
        await user.sees("● stories-gpt-1 65%")

    assert looks_as_before(story, SMALL)


def test_help_found_by_words(looks_as_before: Any) -> None:
    async def story(user: User) -> None:
        await user.press("question_mark", "slash")
        await user.write("copy")
        await user.sees("OSC 52")

    assert looks_as_before(story, SMALL)


def test_palette(looks_as_before: Any) -> None:
    several_runs()

    async def story(user: User) -> None:
        await all_listed(user)
        await user.press("ctrl+p")
        await user.write("re")
        await user.sees("Not now")

    assert looks_as_before(story, SMALL)


def test_plain_ascii(looks_as_before: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LILM_ASCII", "1")
    several_runs()
    assert looks_as_before(all_listed, SMALL)
