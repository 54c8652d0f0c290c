"""Fetching, against a server on this machine that can do everything wrong."""

from __future__ import annotations

import contextlib
import hashlib
import io
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from engine.corpora.cache import downloads_folder
from engine.corpora.sources import downloads
from engine.corpora.sources.catalogue import added_entries, resolve
from engine.corpora.sources.downloads import get_public_text
from engine.corpora.sources.public_texts import PUBLIC_TEXTS, PublicText, public_text
from engine.errors import LilmError, MisuseError
from engine.files import fetching

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.corpora.progress import Progress

CONTENT = "".join(f"line {number}\n" for number in range(20_000)).encode()


class Server(ThreadingHTTPServer):
    """Content that the server sends, and its misbehavior."""

    content = CONTENT
    cuts: list[int]
    """After how many bytes it hangs up, answer by answer."""
    understands_ranges = True
    tells_length = True
    status = 200
    redirects_to = ""
    trickles: str | None = None
    """The head or the body comes byte by byte, and never ends."""
    is_over: threading.Event
    ranges: list[str | None]
    """Requests received."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        server = self.server
        wanted = self.headers.get("Range")
        server.ranges.append(wanted)
        if server.status >= 400:
            self.send_error(server.status)
            return
        if server.redirects_to:
            self.send_response(302)
            self.send_header("Location", server.redirects_to)
            self.end_headers()
            return
        if server.trickles:
            if server.trickles == "body":
                self.send_response(200)
                self.end_headers()
            with contextlib.suppress(OSError):
                while not server.is_over.wait(0.02):
                    self.wfile.write(b"x")
            return
        start = 0
        if wanted and server.understands_ranges:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            self.send_response(206)
            end = len(server.content)
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{end}")
        else:
            self.send_response(200)
        body = server.content[start:]
        if server.tells_length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: server.cuts.pop(0)] if server.cuts else body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "*")
    with Server(("127.0.0.1", 0), Handler) as server:
        server.cuts, server.ranges = [], []
        server.is_over = threading.Event()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.is_over.set()
        server.shutdown()
        thread.join()


def text_at(server: Server, content: bytes = CONTENT, zip_bytes: int | None = None) -> PublicText:
    return PublicText(
        name="lines",
        title="Lines",
        license="none",
        address=f"http://127.0.0.1:{server.server_port}/lines",
        file="lines.txt",
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        zip_bytes=zip_bytes,
    )


def refused(text: PublicText, message: str) -> None:
    """The text cannot be had, and no corpus has appeared."""
    with pytest.raises(LilmError, match=message):
        get_public_text(text)
    assert added_entries() == []


def kept_files() -> list[str]:
    return [path.name for path in downloads_folder().rglob("*") if path.is_file()]


def test_a_text_is_fetched_checked_and_added(server: Server) -> None:
    reports: list[Progress] = []
    text = text_at(server)
    get_public_text(text, reports.append)
    (file,) = resolve("lines")
    assert file.path.read_bytes() == CONTENT
    (entry,) = added_entries()
    assert (entry.title, entry.license, entry.source) == ("Lines", "none", text.address)
    assert (reports[-1].stage, reports[-1].done_bytes, reports[-1].total_bytes) == (
        "downloading",
        len(CONTENT),
        len(CONTENT),
    )
    assert kept_files() == []


def test_a_cut_connection_is_taken_up_where_it_broke_off(server: Server) -> None:
    server.cuts = [100_000, 50_000]
    get_public_text(text_at(server))
    assert server.ranges == [None, "bytes=100000-", "bytes=150000-"]
    assert resolve("lines")[0].path.read_bytes() == CONTENT


def test_what_arrived_is_kept_for_the_next_attempt(server: Server) -> None:
    server.cuts = [1000] * downloads.CONNECTIONS
    refused(text_at(server), "broke off after 5 kB of 209 kB.*run the same command to continue from there")
    assert kept_files() == ["lines.txt"]
    reports: list[Progress] = []
    get_public_text(text_at(server), reports.append)
    assert server.ranges[-1] == "bytes=5000-"
    assert reports[-1].bytes_before == 5000
    assert resolve("lines")[0].path.read_bytes() == CONTENT


def test_a_server_without_ranges_sends_it_all_again(server: Server) -> None:
    server.cuts = [100_000]
    server.understands_ranges = False
    reports: list[Progress] = []
    get_public_text(text_at(server), reports.append)
    assert resolve("lines")[0].path.read_bytes() == CONTENT
    assert reports[-1].done_bytes == len(CONTENT)


def test_a_wrong_sum_is_refused_and_not_kept(server: Server) -> None:
    server.content = CONTENT[:-2] + b"x\n"
    refused(text_at(server), "is not the expected text: its sha256 is")
    assert kept_files() == []


def test_a_wrong_beginning_is_not_built_on_forever(server: Server) -> None:
    server.cuts = [1000] * downloads.CONNECTIONS
    server.content = CONTENT[::-1]
    refused(text_at(server), "broke off")
    server.content = CONTENT
    refused(text_at(server), "is not the expected text")
    get_public_text(text_at(server))


def test_not_found_is_said_with_what_to_do(server: Server) -> None:
    server.status = 404
    text = text_at(server)
    refused(
        text,
        f"{text.address} answers 404 Not Found; download it on another machine.*lilm corpora add FILE --name lines",
    )
    assert len(server.ranges) == 1


def test_a_server_in_trouble_is_asked_again(server: Server) -> None:
    server.status = 503
    refused(text_at(server), "broke off after 0 B of 209 kB .the server answers 503")
    assert len(server.ranges) == downloads.CONNECTIONS


@pytest.mark.parametrize("tells_length", [True, False])
def test_more_than_expected_is_refused_and_not_kept(server: Server, tells_length: bool) -> None:
    server.tells_length = tells_length
    server.content = CONTENT + b"more"
    refused(text_at(server), f"instead of {len(CONTENT):,}; the download was deleted")
    assert kept_files() == []


def test_no_network_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as closed:
        port = closed.server_port
    monkeypatch.setenv("no_proxy", "*")
    text = PublicText("lines", "Lines", "", f"http://127.0.0.1:{port}/lines", "lines.txt", 5, "")
    refused(
        text,
        "127.0.0.1 cannot be reached.*download it on another machine.*lilm corpora add FILE --name lines",
    )


def test_no_space_is_said_before_anything_is_fetched(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads.shutil, "disk_usage", lambda path: SimpleNamespace(free=1))
    refused(text_at(server), "lines needs 209 kB in .*, where .*1 B are free")
    assert server.ranges == []


def zipped(member: str) -> bytes:
    with zipfile.ZipFile(packed := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, CONTENT)
    return packed.getvalue()


def test_a_zipped_text_is_taken_out(server: Server) -> None:
    server.content = zipped("lines.txt")
    get_public_text(text_at(server, zip_bytes=len(server.content)))
    assert resolve("lines")[0].path.read_bytes() == CONTENT
    assert kept_files() == []


@pytest.mark.parametrize("content", [b"no archive at all", zipped("other.txt")], ids=["text", "other name"])
def test_an_archive_without_the_text_is_refused(server: Server, content: bytes) -> None:
    server.content = content
    refused(text_at(server, zip_bytes=len(content)), "is not the expected archive")
    assert kept_files() == []


def test_a_name_that_is_taken_is_refused_before_anything_is_fetched(server: Server) -> None:
    get_public_text(text_at(server))
    with pytest.raises(MisuseError, match="there is an added corpus 'lines' already"):
        get_public_text(text_at(server))
    assert len(server.ranges) == 1


def test_the_catalogue_is_complete() -> None:
    assert len({text.name for text in PUBLIC_TEXTS}) == len(PUBLIC_TEXTS)
    for text in PUBLIC_TEXTS:
        assert urlsplit(text.address).scheme == "https"
        assert len(bytes.fromhex(text.sha256)) == 32
        assert text.bytes > 0
        assert text.title
        assert text.license
    with pytest.raises(MisuseError, match="did you mean 'dracula'"):
        public_text("drakula")


@pytest.mark.fault("foreign code")
@pytest.mark.parametrize("target", ["ftp://127.0.0.1/lines", "file:///etc/passwd", "gopher://127.0.0.1/"])
def test_a_redirect_leads_to_http_alone(server: Server, target: str) -> None:
    server.redirects_to = target
    with pytest.raises(LilmError, match=r"redirects to|redirect to|answers 302"):
        get_public_text(text_at(server))


@pytest.mark.fault("hang")
@pytest.mark.parametrize("part", ["head", "body"])
def test_a_server_that_never_ends_is_given_up(
    server: Server, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "PERIOD_SECONDS", 0.1)
    monkeypatch.setattr(fetching, "HEADER_SECONDS", 0.2)
    server.trickles = part
    with pytest.raises(LilmError, match=r"broke off|cannot be reached"):
        get_public_text(text_at(server))
