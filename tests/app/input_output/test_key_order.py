"""Keys and pastes that come in one read have the effect of the same input typed slowly."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from textual._xterm_parser import XTermParser
from textual.events import Key
from textual.widgets import Input

from engine.runs.folder import list_runs
from tests.app.conftest import FAKE_SAMPLER, User, open_lab
from tests.app.frozen_runs import make_run
from tui.app import LilmApp
from tui.lab.lab import Lab
from tui.lab.talker import Talker
from tui.screens.lab.lab_screen import LabScreen
from tui.screens.lab.lab_state import StateKeeper
from tui.terminal.driver import messages_of
from tui.terminal.input_stream import InputStream
from tui.widgets.prompt import Prompt
from tui.widgets.slider import Slider

if TYPE_CHECKING:
    from collections.abc import Iterable

BACKSPACE, CTRL_U, ESCAPE = b"\x7f", b"\x15", b"\x1b[27u"
"""Escape as kitty's protocol has it: a lone byte 27 in front of a letter means alt and that letter, however it is
typed.
"""
LETTERS = st.sampled_from([b"a", b"b", b" ", "é".encode(), "漢".encode()])
EDITING = st.sampled_from([BACKSPACE, b"\x1b[3~", CTRL_U, b"\x0b", b"\x17", b"\n"])
ARROWS = st.sampled_from([b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1b[H", b"\x1b[F"])
LEAVING = st.sampled_from([b"\r", ESCAPE, b"\t", b"\x1b[Z", b"4", b"1", b"n", b"?"])
PASTES = st.sampled_from(["once", "two\nlines", "漢" * 300, "\x1b[A\r"]).map(
    lambda text: b"\x1b[200~" + text.encode() + b"\x1b[201~"
)
KEYS = LETTERS | EDITING | ARROWS | LEAVING | PASTES


class State(NamedTuple):
    """Everything that keys can change in the tests."""

    asked: list[str]
    """Prompts that were sent, texts that were looked for, and runs that were started."""
    screens: list[str]
    focus: str | None
    inputs: list[tuple[str | None, str, int]]
    """Of each input its id, text and cursor."""
    temperature: float


ASKED: list[str] = []


@pytest.fixture(autouse=True)
def record_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out other processes, which answer when they like, and drafts and settings, with which the next lab would
    begin.
    """
    monkeypatch.setattr(Lab, "save_draft", lambda *_, **__: None)
    monkeypatch.setattr(Lab, "save_talk_settings", lambda *_, **__: None)
    monkeypatch.setattr(StateKeeper, "keep", lambda *_, **__: None)
    monkeypatch.setattr(StateKeeper, "save", lambda _: None)
    monkeypatch.setattr(Talker, "warm_up", lambda _: None)
    monkeypatch.setattr(Talker, "ask", lambda _talker, _run, prompt, *_, **__: ASKED.append(prompt))
    monkeypatch.setattr(Lab, "find_corpus", lambda _, source: ASKED.append(source))
    monkeypatch.setattr(LilmApp, "train_on", lambda _, sources: ASKED.extend(sources))


async def state_after(reads: Iterable[bytes]) -> State:
    """Return the state of a new lab after some reads, each when the one before has had its effect."""
    ASKED.clear()
    stream, parser = InputStream(), XTermParser()
    async with open_lab() as user:
        await user.run_is("still", "finished")
        for read in (b"4", *reads):
            for unit in stream.feed(read):
                for message in messages_of(unit, parser):
                    message.set_sender(user.app)
                    user.app.post_message(message)
            await settle(user)
        return state_of(user.app)


async def settle(user: User) -> None:
    app = user.app
    while not app._message_queue.empty() or app._is_delivering or app._waiting:
        await asyncio.sleep(0.002)
    await asyncio.sleep(0.005)  # what keys cause through timers and redraws


def state_of(app: LilmApp) -> State:
    return State(
        asked=[*ASKED],
        screens=[type(screen).__name__ for screen in app.screen_stack],
        focus=app.focused.id if app.focused else None,
        inputs=[
            (field.id, getattr(field, "text", field.value), field.cursor_position)
            for screen in app.screen_stack
            for field in screen.query(Input)
        ],
        temperature=app.lab_screen.query_one(Slider).value,
    )


async def one_read_acts_as_many(keys: list[bytes]) -> None:
    if not list_runs():  # the examples share a home
        make_run("still", "finished", step=10)
    at_once = await state_after([b"".join(keys)])
    assert at_once == await state_after(keys)


@pytest.mark.fault("lost work")
@settings(max_examples=3)
@example([b"a", b"b", BACKSPACE, b"c", b"\r", b"d", ESCAPE, b"\t", b"a", b"b", b"\r", b"4", b"e"])
@given(st.lists(KEYS, min_size=5, max_size=12))
async def test_one_read_acts_as_many(keys: list[bytes]) -> None:
    await one_read_acts_as_many(keys)


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(KEYS, max_size=40))
async def test_one_long_read_acts_as_many(keys: list[bytes]) -> None:
    await one_read_acts_as_many(keys)


async def test_keys_before_the_lab_has_opened_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    complete, open_ = asyncio.Event(), LabScreen._open

    async def open_later(screen: LabScreen) -> None:
        await complete.wait()
        await open_(screen)

    monkeypatch.setattr(LabScreen, "_open", open_later)
    app = LilmApp(FAKE_SAMPLER)
    async with app.run_test() as pilot:
        user = User(app, pilot)
        await user.sees("stories")
        for key in "4hi":
            app.post_message(Key(key, key))
        await user.until(lambda: len(app._waiting) == 3)
        complete.set()
        await user.until(lambda: [prompt.value for prompt in app.screen.query(Prompt)] == ["hi"])
