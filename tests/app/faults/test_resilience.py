"""Exceptions stay where they occur, are noted, and end nothing; keys act in the order of their typing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual import events

from engine.errors import LilmError
from tests.app.conftest import User, open_lab
from tests.app.frozen_runs import make_run
from tui.lab.messages import RunsChanged
from tui.panes.chart.chart_pane import ChartPane
from tui.panes.corpora_pane import CorporaPane
from tui.screens.dialogs import Dialog, InputDialog
from tui.screens.lab.lab_screen import LabScreen
from tui.terminal import defects
from tui.terminal.defects import LARGEST_LOG, log_path, note_defect
from tui.widgets.transcript.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.strip import Strip


class BrokenError(Exception):
    def __init__(self, *_: object) -> None:
        super().__init__("[red]\x1b[31mbroken")


def breaks(*_: object, **__: object) -> None:
    raise BrokenError


@pytest.fixture(autouse=True)
def nothing_seen_yet() -> None:
    """Each test is a process of its own to the log."""
    defects._seen.clear()


async def assert_it_goes_on(user: User) -> None:
    """Keys still lead somewhere, and back."""
    await user.press("f1")
    await user.sees("All keys")
    await user.press("escape")
    assert user.app.screen is user.app.lab_screen
    assert user.app.is_running


@pytest.mark.fault("app ends")
@pytest.mark.parametrize(
    ("owner", "method", "keys"),
    [
        (CorporaPane, "action_mark", ["1", "space"]),  # an action
        (CorporaPane, "on_row_list_moved", ["1", "down"]),  # a handler of a message
        (LabScreen, "action_zoom", ["z"]),
        (ChartPane, "on_resize", []),
        (InputDialog, "on_input_changed", ["1", "a", "x", "escape"]),
        (InputDialog, "compose", ["1", "a", "escape"]),
    ],
)
async def test_an_exception_in_a_handler_is_noted_and_the_pane_lives(
    owner: type, method: str, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_lab(expects_defects=True) as user:
        with monkeypatch.context() as patch:
            patch.setattr(owner, method, breaks)
            if not keys:
                await user.pilot.resize_terminal(100, 30)
            await user.press(*keys)
            await user.until(lambda: user.app.defects)
            await user.sees("A defect of the app")
        assert "\x1b" not in user.screen_text()
        assert "raise BrokenError" in log_path().read_text()
        assert log_path().stat().st_mode & 0o077 == 0
        await assert_it_goes_on(user)
        await user.press("1", "down")
        assert user.app.lab_screen.query_one(CorporaPane).chosen != ("stories",), "the pane still works"


@pytest.mark.fault("app ends")
async def test_a_widget_that_cannot_be_drawn_leaves_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    make_run("fox", "finished")
    async with open_lab(expects_defects=True) as user:
        await user.run_is("fox", "finished")
        with monkeypatch.context() as patch:
            patch.setattr(Transcript, "render_line", breaks)
            await user.press("4")
            await user.write("once")
            await user.press("enter")
            await user.until(lambda: user.app.defects)
            await user.until(lambda: not user.app.lab.talker.is_busy)
        await assert_it_goes_on(user)
        assert log_path().read_text().count("raise BrokenError") == 3, "drawing fails with every frame"


@pytest.mark.fault("app ends")
async def test_a_dialog_that_cannot_be_drawn_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_lab(expects_defects=True) as user:

        def draw(*_: object) -> Strip:
            raise RecursionError

        with monkeypatch.context() as patch:
            patch.setattr("textual.widgets._input.Input.render_line", draw)
            await user.press("1", "a")
            for key in "abcdef":
                await user.press(key)
            await user.until(lambda: not isinstance(user.app.screen, Dialog))
        await assert_it_goes_on(user)


@pytest.mark.fault("app ends")
async def test_a_defect_in_a_thread_is_shown_and_watching_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    make_run("fox", "finished")
    async with open_lab(expects_defects=True) as user:
        await user.run_is("fox", "finished")
        with monkeypatch.context() as patch:
            patch.setattr("tui.lab.corpus_list.read_preview", breaks)
            await user.press("1", "v")
            await user.sees("Cannot show the text")
            await user.press("escape")
        await assert_it_goes_on(user)


@pytest.mark.fault("app ends")
async def test_an_exception_while_the_app_ends_leaves_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_lab(expects_defects=True) as user:
        monkeypatch.setattr(LabScreen, "runs_changed", breaks)
        user.app.post_message(RunsChanged())
        user.app.exit()
    assert len(user.app.defects) == 1
    assert "raise BrokenError" in log_path().read_text()
    assert not user.app.return_code


async def test_a_sentence_for_people_is_no_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise LilmError("there is no room; make some")

    async with open_lab() as user:
        monkeypatch.setattr(CorporaPane, "action_mark", refuse)
        await user.press("1", "space")
        await user.sees("there is no room")
        assert not log_path().exists()


def test_the_log_is_bounded(injected: Callable[[int], None]) -> None:
    for number in range(200):
        namespace: dict[str, object] = {"note": note_defect}
        exec(  # each at a place of its own, as else only the first three are written
            compile(
                "\n" * number + "try:\n 1/0\nexcept Exception as e:\n e.add_note('x' * 9000); note(e)",
                "f",
                "exec",
            ),
            namespace,
        )
    assert log_path().stat().st_size <= LARGEST_LOG
    assert log_path().with_suffix(".old").stat().st_size <= LARGEST_LOG + 20_000


@pytest.mark.fault("app ends")
@pytest.mark.parametrize("size", [(1, 1), (6, 6), (80, 2)])
async def test_the_palette_in_a_terminal_without_room_for_it(size: tuple[int, int]) -> None:
    async with open_lab() as user:
        await user.press("ctrl+p")
        await user.pilot.resize_terminal(*size)
        await user.press("down", "pagedown", "pageup", "end", "x", "x", "pagedown", "escape")


# Keys


async def burst(user: User, *keys: str) -> None:
    """Keys that come in one read."""
    for key in keys:
        named = {"enter": "\r", "escape": "\x1b", "backspace": "\x7f"}
        event = events.Key(key, named.get(key, key))
        event.set_sender(user.app)
        user.app.post_message(event)
    app = user.app
    await user.until(lambda: app._message_queue.empty() and not app._is_delivering and not app._waiting)
    await user.pilot.pause()


@pytest.mark.fault("lost work")
async def test_a_burst_of_keys_acts_in_its_order() -> None:
    async with open_lab() as user:
        await burst(user, "1", "a", *"abx", "backspace", "c")
        field = user.app.screen.query_one("Input")
        assert field.value == "abc"  # type: ignore[attr-defined]


@pytest.mark.fault("app ends")
@pytest.mark.parametrize("opens", [["1", "a", "x"], ["ctrl+p"], ["question_mark"], ["n"]])
async def test_two_keys_that_close_a_screen_close_it_once(opens: list[str]) -> None:
    async with open_lab() as user:
        await burst(user, *opens)
        screen = user.app.screen
        assert screen is not user.app.lab_screen
        screen.dismiss()
        screen.dismiss()
        await user.pilot.pause()
        await burst(user, *opens, "escape", "escape", "escape")
        assert user.app.screen_stack == [user.app.lab_screen]
        await asyncio.sleep(0)
        await assert_it_goes_on(user)
