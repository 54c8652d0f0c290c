"""The app under test: its trainer and its sampler are small scripts without a model."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import textual.app
import textual.pilot

from engine.runs.process import launch
from tests.app.idle import wait_for_idle
from tests.app.lab_process import FAKE_SAMPLER
from tests.app.widgets.conftest import wire  # noqa: F401  (a fixture)
from tests.waiting import PATIENCE
from tui.app import LilmApp
from tui.lab.new_run.measuring import TextCounter
from tui.panes.runs_pane import RunsPane
from tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from textual.pilot import Pilot

    from engine.runs.journals.records import State
    from tui.lab.run_watcher import WatchedRun
    from tui.preferences import Preferences


STILL_SECONDS = 0.15


@pytest.fixture(autouse=True)
def fake_trainer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "TRAINER_MODULE", "tests.app.fake_trainer")


@pytest.fixture(autouse=True)
def wait_for_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (textual.app, textual.pilot):
        monkeypatch.setattr(module, "wait_for_idle", wait_for_idle)


@pytest.fixture(autouse=True)
def uncounted_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The new-run form waits for the figures of its text."""
    monkeypatch.setattr(TextCounter, "count", lambda *_: None)


class User:
    """User at the keyboard and the screen."""

    def __init__(self, app: LilmApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def write(self, text: str) -> None:
        names = {" ": "space", "/": "slash", ".": "full_stop", ":": "colon", '"': "quotation_mark"}
        await self.press(*(names.get(character, character) for character in text))

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, (
                f"{what or condition} never came true; the screen:\n{self.screen_text()}"
            )
            await self.pilot.pause(0.02)

    async def sees(self, text: str) -> None:
        await self.until(lambda: text in self.screen_text(), repr(text))

    async def settles(self) -> None:
        """Wait until the screen stays the same for a while: sizes, curves and answers on their way are drawn."""
        end, shown, since = time.monotonic() + PATIENCE, "", time.monotonic()
        while time.monotonic() - since < STILL_SECONDS:
            assert time.monotonic() < end, f"the screen never rests:\n{self.screen_text()}"
            if (now := self.screen_text()) != shown:
                shown, since = now, time.monotonic()
            await self.pilot.pause(0.02)

    def screen_text(self) -> str:
        """Return the text of the screen, line by line."""
        screen = self.app.screen
        lines = screen._compositor.render_strips(screen.size)
        return "\n".join("".join(segment.text for segment in strip) for strip in lines)

    def run(self, name: str) -> WatchedRun:
        return self.app.lab.watcher.runs[name]

    async def run_is(self, name: str, state: State) -> None:
        """In the files, and in the list on the screen."""

        def is_so() -> bool:
            runs = self.app.lab.watcher.runs
            return name in runs and runs[name].history.state == state and self.list_is_current()

        await self.until(is_so, f"{name} is {state}")

    def list_is_current(self) -> bool:
        """True when the list shows each run as the watcher has read it, which happens in another thread."""
        pane = self.app.lab_screen.query_one(RunsPane)
        rows = self.app.lab_screen.query_one("#runs-rows", RowList).rows
        return rows == [pane._row(watched) for watched in pane.listed(self.app.lab.watcher.runs)]


@asynccontextmanager
async def open_lab(
    size: tuple[int, int] = (80, 24),
    *,
    preferences: Preferences | None = None,
    expects_defects: bool = False,
) -> AsyncIterator[User]:
    """Fails for every defect that the app survived, unless the test brings one about."""
    app = LilmApp(FAKE_SAMPLER, preferences)
    async with app.run_test(size=size) as pilot:
        user = User(app, pilot)
        await user.until(lambda: app.lab_screen.query_one("#corpora-rows", RowList).rows, "texts are listed")
        await user.until(lambda: app.lab.watcher.has_listed)
        yield user
    assert not app.defects or expects_defects, app.defects
