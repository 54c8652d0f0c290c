"""Fetching public texts: what was interrupted goes on, and what is not exactly as expected is not kept."""

from __future__ import annotations

import hashlib
import http.client
import shutil
import urllib.error
import urllib.request
import zipfile
import zlib
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from engine import formatting
from engine.corpora.added import add_corpus, check_new_name
from engine.corpora.cache import downloads_folder
from engine.corpora.catalogue import AddedCorpus
from engine.corpora.files import CorpusFile
from engine.corpora.progress import ProgressReporter
from engine.errors import LilmError, cause_of
from engine.reading import open_regular
from engine.storage import make_folder

if TYPE_CHECKING:
    from pathlib import Path

    from engine.corpora.progress import ProgressListener
    from engine.corpora.public_texts import PublicText

TIMEOUT = 30.0
"""Seconds without an answer or a byte."""
CONNECTIONS = 5
"""Number of times that a lost connection is resumed."""

_BLOCK_BYTES = 1 << 16


def get_public_text(text: PublicText, progress: ProgressListener | None = None) -> Path:
    """Fetches a text, checks it and adds it to the corpora under its name. Gives the corpus's folder.

    Raises MisuseError when there is a corpus of that name already, LilmError when the text cannot be had.
    What has arrived by then is kept for the next attempt, unless it is wrong.
    """
    check_new_name(text.name)
    folder = make_folder(downloads_folder() / text.name)
    path = folder / text.file
    download = path if text.zip_bytes is None else folder / f"{text.file}.zip"
    _refuse_without_space(text, download)
    reporter = ProgressReporter(progress, "downloading", text.download_bytes, already=_size(download))
    _download(text, download, reporter)
    reporter.finish()
    if download != path:
        _unzip(text, download, path)
    _refuse_wrong_sum(text, path, download)
    about = AddedCorpus(text.title, text.description, text.licence, text.address)
    corpus = add_corpus(text.name, [CorpusFile(path, text.name)], about, move=True)
    shutil.rmtree(folder, ignore_errors=True)
    return corpus


def _download(text: PublicText, path: Path, reporter: ProgressReporter) -> None:
    """Fetches what is missing of a file, over as many connections as it takes, within reason."""
    trouble = "the connection ended"
    for _ in range(CONNECTIONS):
        have = _size(path)
        if have == text.download_bytes:
            return
        headers = {"User-Agent": "lilm"} | ({"Range": f"bytes={have}-"} if have else {})
        try:
            request = urllib.request.Request(text.address, headers=headers)
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                _receive(text, answer, path, reporter)
        except urllib.error.HTTPError as error:
            if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                _start_over(path, reporter)
            elif error.code < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise LilmError(
                    f"{text.address} answers {error.code} {error.reason}; {_by_hand(text)}"
                ) from error
            trouble = f"the server answers {error.code} {error.reason}"
        except urllib.error.URLError as error:
            host = urlsplit(text.address).hostname
            raise LilmError(
                f"{host} cannot be reached ({cause_of(error)}) for {text.address}; {_by_hand(text)}"
            ) from error
        except (TimeoutError, ConnectionError, http.client.HTTPException) as error:
            trouble = str(error) or type(error).__name__
    if (have := _size(path)) != text.download_bytes:
        raise LilmError(
            f"{text.address} broke off after {formatting.size(have)} of "
            f"{formatting.size(text.download_bytes)} ({trouble}); the same command goes on from there"
        )


def _receive(
    text: PublicText, answer: http.client.HTTPResponse, path: Path, reporter: ProgressReporter
) -> None:
    """Appends an answer to the file, or begins it anew when the server starts from the beginning.

    Raises LilmError as soon as it is clear that this is not the text, and for a full disk.
    """
    have = _size(path)
    goes_on = answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
    if have and not goes_on:
        _start_over(path, reporter)
        have = 0
    if answer.length is not None and have + answer.length != text.download_bytes:
        raise _wrong_size(text, path, have + answer.length)
    while block := answer.read(_BLOCK_BYTES):
        have += len(block)
        if have > text.download_bytes:
            raise _wrong_size(text, path, have)
        try:
            with open(path, "ab") as file:
                file.write(block)
        except OSError as error:
            raise LilmError(f"cannot write {path}: {error.strerror or error}") from error
        reporter.advance(len(block))


def _start_over(path: Path, reporter: ProgressReporter) -> None:
    reporter.advance(-_size(path))
    path.unlink(missing_ok=True)


def _wrong_size(text: PublicText, path: Path, size: int) -> LilmError:
    path.unlink(missing_ok=True)
    return LilmError(
        f"{text.address} sends {size:,} bytes or more where {text.download_bytes:,} were expected; "
        "nothing was kept"
    )


def _unzip(text: PublicText, archive: Path, path: Path) -> None:
    """Takes the one member out of an archive that has arrived."""
    try:
        with zipfile.ZipFile(archive) as members:
            if members.getinfo(text.file).file_size != text.bytes:
                raise zipfile.BadZipFile("its member has another size")
            with members.open(text.file) as packed, open(path, "wb") as unpacked:
                shutil.copyfileobj(packed, unpacked, _BLOCK_BYTES)
    except (zipfile.BadZipFile, zlib.error, KeyError) as error:
        archive.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise LilmError(
            f"{text.address} is not the archive that it was ({error}); nothing was kept"
        ) from error
    except OSError as error:
        raise LilmError(f"cannot write {path}: {error.strerror or error}") from error


def _refuse_wrong_sum(text: PublicText, path: Path, download: Path) -> None:
    with open_regular(path) as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != text.sha256:
        path.unlink()
        download.unlink(missing_ok=True)
        raise LilmError(
            f"{text.address} is not the text that it was: its sha256 is {found}, not {text.sha256}; "
            "nothing was kept"
        )


def _refuse_without_space(text: PublicText, download: Path) -> None:
    needed = text.download_bytes - _size(download) + (0 if text.zip_bytes is None else text.bytes)
    free = shutil.disk_usage(download.parent).free
    if needed > free:
        raise LilmError(
            f"{text.name} needs {formatting.size(needed)} in {download.parent}, "
            f"where {formatting.size(free)} are free"
        )


def _by_hand(text: PublicText) -> str:
    """Advice for a machine without a network."""
    unpack = "" if text.zip_bytes is None else f", unpack {text.file} from it"
    return (
        f"fetch it elsewhere{unpack}, bring the file here, and add it with "
        f"'lilm corpora add FILE --name {text.name}'"
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
