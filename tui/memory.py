"""Memory of the app between two starts, `app.json` beside the runs.

Several apps may run at once, so each writes only what changed in it, and one after another.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from engine.errors import LilmError
from engine.files.storage import data_folder, make_folder, refuse_if_read_only, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST_MEMORY = 1 << 20
"""Bytes of the file."""
LOCK_SECONDS = 0.5
"""Longest wait for another app that writes. It takes milliseconds, unless that app is stopped."""
RETRY_SECONDS = 0.01


def remembered() -> dict[str, Any]:
    """Return what was remembered; nothing when the file is absent. A damaged one is set aside."""
    path = memory_file()
    if not path.exists():
        return {}
    # The first frame of the first start does without it.
    from engine.files.reading import decode_json, read_bytes

    try:
        content = read_bytes(path, limit=LARGEST_MEMORY)
    except LilmError:
        return {}
    try:
        return decode_json(content, dict[str, Any], source=path)
    except LilmError:
        with contextlib.suppress(LilmError, OSError):
            refuse_if_read_only(path)
            path.replace(path.with_suffix(".damaged.json"))
        return {}


def remember(**changes: object) -> None:
    """Write what changed. A disk that cannot be written is no reason to bother anybody."""
    with contextlib.suppress(LilmError), _one_at_a_time(make_folder(data_folder())):
        import json  # the first frame does without it

        write_atomically(memory_file(), json.dumps(remembered() | changes))


def memory_file() -> Path:
    return data_folder() / "app.json"


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold a lock on the folder, where its file system has locks and no other app holds it for LOCK_SECONDS."""
    descriptor = None
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        _lock(descriptor)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Raises OSError if the file system has no locks."""
    end = time.monotonic() + LOCK_SECONDS
    while time.monotonic() < end:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(RETRY_SECONDS)
        else:
            return
