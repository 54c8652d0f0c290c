"""Wait until an app has handled all its messages.

Textual's pilot waits until its process uses little CPU time, at least 20 ms and three times for each key. That is
half of the time of these tests, and on a busy machine the wait ends too early.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from textual._context import active_app

if TYPE_CHECKING:
    from textual.message_pump import MessagePump

QUIET_ROUNDS = 5
"""Rounds of the event loop without a message, after which there is none: a handler may await something that takes a
round, and so may what it awaits."""
MOST_SECONDS = 1.0
"""As Textual's own wait. What takes longer is waited for by the test itself."""


async def wait_for_idle(*_: float) -> None:
    """Stand in for `textual._wait.wait_for_idle`."""
    app = active_app.get()
    end, quiet = time.monotonic() + MOST_SECONDS, 0
    while quiet < QUIET_ROUNDS and time.monotonic() < end:
        await asyncio.sleep(0 if quiet else 0.001)
        is_quiet = app._resize_timer is None and all(map(is_idle, (app, *app._registry)))
        quiet = quiet + 1 if is_quiet else 0


def is_idle(pump: MessagePump) -> bool:
    """True when the task of a widget, a screen or the app waits for its next message, or has ended."""
    queue = pump._message_queue
    ended = pump._closed or not pump._running
    return ended or (queue.empty() and bool(queue.ready_event._waiters))
