"""The log of defects: exceptions inside the app, with their tracebacks, that it survived."""

from __future__ import annotations

import os
import time
from collections import Counter
from pathlib import Path

from engine.files.storage import OWNER_ONLY, data_folder, is_read_only
from engine.sanitize import single_line, visible

LARGEST_LOG = 256 << 10
"""Bytes; a log that has grown so large becomes the old one, of which there is one."""
LARGEST_TRACEBACK = 16 << 10
"""Characters, the last ones."""
MOST_OF_A_KIND = 3
"""Tracebacks of one defect that a process writes: drawing may fail with every frame."""

_seen: Counter[str] = Counter()


def log_path() -> Path:
    return data_folder() / "app.log"


def note_defect(error: BaseException) -> str:
    """Write a defect to the log, and return one sentence for the screen."""
    kind = f"{type(error).__name__} at {_place(error)}"
    _seen[kind] += 1
    noted = _seen[kind] > MOST_OF_A_KIND or _write(f"{time.strftime('%F %T')} {kind}\n{_traceback(error)}\n")
    where = f"noted in {shown_path(log_path())}" if noted else "its log cannot be written"
    message = single_line(str(error), 60)
    return f"A defect of the app ({type(error).__name__}{': ' if message else ''}{message}), {where}"


def shown_path(path: Path) -> str:
    """A path for people, from their home folder on."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)


def _place(error: BaseException) -> str:
    """File and line of the innermost frame."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return (
        "an unknown location" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
    )


def _traceback(error: BaseException) -> str:
    import traceback

    return visible("".join(traceback.format_exception(error))[-LARGEST_TRACEBACK:])


def _write(entry: str) -> bool:
    """Write the log. Returns False when that fails, as on a full disk; the app continues."""
    path = log_path()
    if is_read_only():
        return False
    try:
        path.parent.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, 0o600), "ab") as log:
            log.write(entry.encode(errors="replace"))
            is_full = log.tell() > LARGEST_LOG
        if is_full:
            path.replace(path.with_suffix(".old"))
    except OSError:
        return False
    return True
