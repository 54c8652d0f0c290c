"""Keys that come in one read edit an input as the same keys typed slowly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events

from tests.app.conftest import User, open_lab

if TYPE_CHECKING:
    from collections.abc import Sequence

CHARACTERS = {"space": " ", "enter": "\r", "escape": "\x1b", "backspace": "\x7f", "tab": "\t"}
EDITING = st.sampled_from(
    [*"ab \u00e9", "backspace", "delete", "left", "right", "home", "end", "ctrl+u", "ctrl+k", "ctrl+w"]
)


async def type_keys(user: User, keys: Sequence[str], *, at_once: bool) -> None:
    """Send keys in one read, or each when the one before has had its effect."""
    app = user.app
    for key in keys:
        name = {" ": "space", "?": "question_mark"}.get(key, key)
        event = events.Key(name, CHARACTERS.get(name, key if len(key) == 1 else None))
        event.set_sender(app)
        app.post_message(event)
        if not at_once:
            await settled(user)
    await settled(user)


async def settled(user: User) -> None:
    app = user.app
    await user.until(lambda: app._message_queue.empty() and not app._is_delivering and not app._waiting)
    await user.pilot.pause()


async def typed_into_a_dialog(keys: Sequence[str], *, at_once: bool, user: User) -> tuple[str, int]:
    """Return the text and the cursor of the dialog that adds a text."""
    await type_keys(user, ["1", "a"], at_once=False)
    await type_keys(user, keys, at_once=at_once)
    field = user.app.screen.query_one("Input")
    result = field.value, field.cursor_position  # type: ignore[attr-defined]
    await type_keys(user, ["escape"], at_once=False)
    return result


async def edits_agree(keys: Sequence[str]) -> None:
    async with open_lab() as user:
        slowly = await typed_into_a_dialog(keys, at_once=False, user=user)
        assert await typed_into_a_dialog(keys, at_once=True, user=user) == slowly


@pytest.mark.fault("lost work")
@settings(max_examples=4)
@given(st.lists(EDITING, min_size=5, max_size=15))
async def test_editing(keys: list[str]) -> None:
    await edits_agree(keys)


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(EDITING, max_size=30))
async def test_editing_at_length(keys: list[str]) -> None:
    await edits_agree(keys)
