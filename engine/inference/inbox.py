"""Requests to the sampler, read and parsed by a thread."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from engine.errors import UnreadableError
from engine.files.reading import LONGEST_LINE, JsonDecoder, read_lines
from engine.inference.protocol import Cancel, Error, Request

if TYPE_CHECKING:
    from collections.abc import Iterator


class Inbox:
    """Queue of requests, read by a thread, so that a cancel is received during a generation."""

    def __init__(self, lines: BinaryIO) -> None:
        self._lines = lines
        self._waiting: queue.SimpleQueue[Request | Error | None] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._closed = threading.Event()
        threading.Thread(target=self._read, name="sampler-inbox", daemon=True).start()

    def is_cancelled(self, request_id: int) -> bool:
        return request_id in self._cancelled or self._closed.is_set()

    def __iter__(self) -> Iterator[Request | Error]:
        """Read requests until the input ends, which cancels all of them."""
        while (request := self._waiting.get()) is not None and not self._closed.is_set():
            yield request

    def _read(self) -> None:
        try:
            for line in read_lines(self._lines):
                request = _parse(line)
                if isinstance(request, Cancel):
                    self._cancelled.add(request.id)
                else:
                    self._waiting.put(request)
        except OSError:
            pass  # a pipe that cannot be read has ended
        finally:
            # Also after any other error: a sampler without input must exit, so that another is started.
            self._closed.set()
            self._waiting.put(None)


_requests: JsonDecoder[Request] = JsonDecoder(Request)


class _Numbered(msgspec.Struct):
    id: int = 0


_numbered: JsonDecoder[_Numbered] = JsonDecoder(_Numbered)


def _parse(line: bytes | None) -> Request | Error:
    """Parse a request; return an error for an invalid line, with its id if it has one."""
    if line is None:
        return Error(id=0, message=f"a request is longer than {LONGEST_LINE:,} bytes; shorten the text")
    try:
        return _requests.decode(line, source="the request")
    except UnreadableError as error:
        return Error(id=_id_of(line), message=str(error))


def _id_of(line: bytes) -> int:
    """Return the id of an otherwise invalid request; 0 when it has none."""
    try:
        return _numbered.decode(line).id
    except UnreadableError:
        return 0
