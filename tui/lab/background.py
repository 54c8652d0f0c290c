"""Blocking work in threads. Threads never touch a widget; they post messages."""

from __future__ import annotations

import threading
from collections.abc import Callable

from textual.message import Message

from tui.lab.messages import BackgroundFailed

Post = Callable[[Message], object]
"""Textual's `post_message`, which any thread may call."""


def run_in_background(post: Post, work: Callable[[], None], title: str) -> threading.Thread:
    """Start a daemon thread. Unlike for Textual's workers, quitting the app does not wait for it.

    An exception is posted as BackgroundFailed under `title`, which names what could not be done.
    """

    def run() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001  (the end of a thread; the app logs it)
            post(BackgroundFailed(error, title))

    thread = threading.Thread(target=run, name=title, daemon=True)
    thread.start()
    return thread
