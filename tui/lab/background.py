"""Work that blocks, in threads that never touch a widget: what they find out comes as messages."""

from __future__ import annotations

import threading
from collections.abc import Callable

from textual.message import Message

from tui.lab.messages import BackgroundBroke

Post = Callable[[Message], object]
"""How a thread hands a message to the app; Textual's post_message may be called from any thread."""


def run_in_background(post: Post, work: Callable[[], None], title: str) -> threading.Thread:
    """Starts a thread that dies with the app, unlike Textual's own workers, which a quitting app waits for.

    A defect in it is shown under `title`, which says what could not be done.
    """

    def run() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001  (the edge of a thread; the app notes it)
            post(BackgroundBroke(error, title))

    thread = threading.Thread(target=run, name=title, daemon=True)
    thread.start()
    return thread
