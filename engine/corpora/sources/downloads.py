"""Downloads of public texts: resumed after an interruption, checked by size and sha256."""

from __future__ import annotations

import hashlib
import http.client
import shutil
import urllib.error
import zipfile
import zlib
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from engine import formatting
from engine.corpora.cache import downloads_folder
from engine.corpora.progress import ProgressReporter
from engine.corpora.readers.file_kinds import CorpusFile
from engine.corpora.sources.added import add_corpus, check_new_name
from engine.corpora.sources.catalogue import AddedCorpus
from engine.errors import LilmError, cause_of
from engine.files.fetching import blocks_of, open_address
from engine.files.reading import open_regular
from engine.files.storage import make_folder, refuse_if_read_only

if TYPE_CHECKING:
    from pathlib import Path

    from engine.corpora.progress import ProgressListener
    from engine.corpora.sources.public_texts import PublicText

CONNECTIONS = 5
"""Number of times an interrupted connection is resumed."""

_BLOCK_BYTES = 1 << 16


def get_public_text(text: PublicText, progress: ProgressListener | None = None) -> Path:
    """Download a text, check it and add it to the corpora under its name. Returns the corpus's folder.

    Raises MisuseError when a corpus of that name exists, LilmError when the download fails; the part received is
    then kept for the next attempt, unless it is wrong.
    """
    check_new_name(text.name)
    refuse_if_read_only(downloads_folder() / text.name)
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
    about = AddedCorpus(text.title, text.description, text.license, text.address)
    corpus = add_corpus(text.name, [CorpusFile(path, text.name)], about, move=True)
    shutil.rmtree(folder, ignore_errors=True)
    return corpus


def _download(text: PublicText, path: Path, reporter: ProgressReporter) -> None:
    """Download the missing part of a file, over a bounded number of connections."""
    trouble = "the connection ended"
    for _ in range(CONNECTIONS):
        have = _size(path)
        if have == text.download_bytes:
            return
        try:
            with open_address(text.address, {"Range": f"bytes={have}-"} if have else {}) as answer:
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
            f"{formatting.size(text.download_bytes)} ({trouble}); run the same command to continue from there"
        )


def _receive(
    text: PublicText, answer: http.client.HTTPResponse, path: Path, reporter: ProgressReporter
) -> None:
    """Append a response to the file, or overwrite it when the server starts from the beginning.

    Raises LilmError as soon as the content cannot be the expected text, and for a full disk.
    """
    have = _size(path)
    resumes = answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
    if have and not resumes:
        _start_over(path, reporter)
        have = 0
    if answer.length is not None and have + answer.length != text.download_bytes:
        raise _wrong_size(text, path, have + answer.length)
    for block in blocks_of(answer):
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
        f"{text.address} sends {size:,} bytes or more instead of {text.download_bytes:,}; "
        "the download was deleted"
    )


def _unzip(text: PublicText, archive: Path, path: Path) -> None:
    """Extract the one member of a downloaded archive."""
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
            f"{text.address} is not the expected archive ({error}); the download was deleted"
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
            f"{text.address} is not the expected text: its sha256 is {found}, not {text.sha256}; "
            "the download was deleted"
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
    """Return instructions for a download on another machine."""
    unpack = "" if text.zip_bytes is None else f", unpack {text.file} from it"
    return (
        f"download it on another machine{unpack}, copy the file here, and add it with "
        f"'lilm corpora add FILE --name {text.name}'"
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
