"""Downloads over http and https, bounded in bytes and in time, whatever the server does."""

from __future__ import annotations

import http.client
import socket
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TIMEOUT = 30.0
"""Seconds until a connection is made, and between two bytes."""
HEADER_SECONDS = 60.0
"""Until the head of an answer is complete: it can come byte by byte too."""
SLOWEST_RATE = 1000
"""Bytes a second, over each period."""
PERIOD_SECONDS = 30.0

_BLOCK_BYTES = 1 << 16


def open_address(
    address: str, headers: Mapping[str, str] = {}, timeout: float = TIMEOUT
) -> http.client.HTTPResponse:
    """Answer of a server, as a context manager.

    Raises URLError, HTTPError, OSError or HTTPException, also for a redirect to anything but http and https.
    """
    request = urllib.request.Request(address, headers={"User-Agent": "lilm", **headers})
    opener = urllib.request.build_opener(_RedirectWithinHttp, _HttpHandler, _HttpsHandler)
    answer: http.client.HTTPResponse = opener.open(request, timeout=timeout)
    return answer


def blocks_of(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """Body of an answer as it comes. Raises TimeoutError for a server that sends, but too slowly to end."""
    start, received = time.monotonic(), 0
    while block := answer.read1(_BLOCK_BYTES):
        yield block
        received += len(block)
        if (seconds := time.monotonic() - start) > PERIOD_SECONDS:
            if received < SLOWEST_RATE * seconds:
                raise TimeoutError(f"the server sends less than {SLOWEST_RATE:,} bytes a second")
            start, received = time.monotonic(), 0


class _RedirectWithinHttp(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(newurl).scheme not in ("http", "https"):
            raise urllib.error.URLError(f"it redirects to {newurl}, which is neither http nor https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Deadline:
    """Of an answer's head: a timer ends the connection."""

    sock: socket.socket | None

    def getresponse(self) -> http.client.HTTPResponse:
        timer = threading.Timer(HEADER_SECONDS, self._end)
        timer.daemon = True
        timer.start()
        try:
            answer: http.client.HTTPResponse = super().getresponse()  # type: ignore[misc]
            return answer
        finally:
            timer.cancel()

    def _end(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


class _HttpConnection(_Deadline, http.client.HTTPConnection):
    pass


class _HttpsConnection(_Deadline, http.client.HTTPSConnection):
    pass


class _HttpHandler(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_HttpConnection, req)


class _HttpsHandler(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_HttpsConnection, req, context=getattr(self, "_context", None))
