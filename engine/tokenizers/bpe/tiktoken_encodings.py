"""tiktoken's published encodings by name, and any file in its format.

A published vocabulary is read from TIKTOKEN_CACHE_DIR, or else LiLM's own cache, under tiktoken's own file name,
and is downloaded when it is in neither.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import msgspec

from engine.errors import LilmError, MisuseError, UnreadableError, cause_of
from engine.files.reading import read_bytes
from engine.files.storage import cache_folder, write_atomically
from engine.tokenizers.bpe.patterns import DEFAULT_PATTERN
from engine.tokenizers.bpe.tokenizer import BpeTokenizer
from engine.tokenizers.interface import END_OF_TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

FETCH_TIMEOUT = 10.0
"""Seconds until a download is given up when the network does not answer."""

LARGEST_VOCABULARY = 32 << 20
"""Bytes; the largest published one has 4 MB."""

_ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"


@dataclass(frozen=True)
class Encoding:
    """Parameters of a published encoding besides its vocabulary."""

    vocabulary: str
    sha256: str
    pattern: str
    special_tokens: Mapping[str, int]

    @property
    def address(self) -> str:
        return _ADDRESS.format(self.vocabulary)

    @property
    def path(self) -> Path:
        """Path of the cached vocabulary."""
        folder = os.environ.get("TIKTOKEN_CACHE_DIR") or cache_folder() / "tiktoken"
        return Path(folder) / hashlib.sha1(self.address.encode()).hexdigest()


_R50K = Encoding(
    "r50k_base",
    "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930",
    "gpt2",
    {END_OF_TEXT: 50256},
)

ENCODINGS = {
    "gpt2": _R50K,  # published in another format too, with the same ids
    "r50k_base": _R50K,
    "p50k_base": Encoding(
        "p50k_base",
        "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069",
        "gpt2",
        {END_OF_TEXT: 50256},
    ),
    "cl100k_base": Encoding(
        "cl100k_base",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
        "cl100k",
        {
            END_OF_TEXT: 100257,
            "<|fim_prefix|>": 100258,
            "<|fim_middle|>": 100259,
            "<|fim_suffix|>": 100260,
            "<|endofprompt|>": 100276,
        },
    ),
    "o200k_base": Encoding(
        "o200k_base",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
        "o200k",
        {END_OF_TEXT: 199999, "<|endofprompt|>": 200018},
    ),
}


class SavedTiktoken(msgspec.Struct, frozen=True):
    """The file of a published encoding: its name, not its vocabulary."""

    kind: Literal["tiktoken"]
    encoding: str
    special_tokens: dict[str, int]


class TiktokenTokenizer(BpeTokenizer):
    """One of ENCODINGS, with tiktoken's own ids. Ids that tiktoken leaves out have no bytes."""

    kind: ClassVar[str] = "tiktoken"

    def __init__(self, name: str, special_tokens: Mapping[str, int] | None = None) -> None:
        """Raises LilmError when the vocabulary is neither cached nor downloadable."""
        encoding = ENCODINGS[name]
        ranks = parse_ranks(_vocabulary(name))
        super().__init__(
            list(ranks),
            encoding.pattern,
            encoding.special_tokens if special_tokens is None else special_tokens,
            ids=list(ranks.values()),
        )
        self.name = name

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "encoding": self.name, "special_tokens": dict(self.special_tokens)}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        tiktoken = msgspec.convert(saved, SavedTiktoken)
        if tiktoken.encoding not in ENCODINGS:
            raise ValueError(f"{tiktoken.encoding!r} is not an encoding of tiktoken")
        return cls(tiktoken.encoding, tiktoken.special_tokens)


def read_tiktoken_file(path: Path, pattern: str | None = None) -> BpeTokenizer:
    """Read a `.tiktoken` file, which holds a token in base64 and its rank on each line.

    The file contains no pattern and no special tokens; `pattern` is one of PATTERNS, by default that of the
    published encoding with the same content, else DEFAULT_PATTERN. END_OF_TEXT gets the next id.
    Raises MisuseError when the file cannot be read, LilmError when its content is invalid.
    """
    try:
        content = read_bytes(path)
    except UnreadableError as error:
        raise MisuseError(f"cannot read the tokenizer {path}: {error.reason}") from error
    published = {encoding.sha256: encoding for encoding in ENCODINGS.values()}.get(_sha256(content))
    try:
        ranks = parse_ranks(content)
        special_tokens = (
            published.special_tokens if published else {END_OF_TEXT: max(ranks.values(), default=0) + 1}
        )
        pattern = pattern or (published.pattern if published else DEFAULT_PATTERN)
        return BpeTokenizer(list(ranks), pattern, special_tokens, ids=list(ranks.values()))
    except ValueError as error:
        raise LilmError(
            f"{path} is not a .tiktoken file ({error}); each line must hold a token and its rank"
        ) from error


def parse_ranks(content: bytes) -> dict[bytes, int]:
    """Parse tokens and their ranks, in the order of the ranks. Raises ValueError for invalid lines."""
    ranks: dict[bytes, int] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            token, rank = line.split()
            ranks[base64.b64decode(token, validate=True)] = int(rank)
        except ValueError as error:
            raise ValueError(f"line {number} is {line[:40]!r}") from error
    return dict(sorted(ranks.items(), key=lambda item: item[1]))


def _vocabulary(name: str) -> bytes:
    """Return the file of a published vocabulary, checksum verified. Raises LilmError when it is unavailable."""
    encoding = ENCODINGS[name]
    with contextlib.suppress(UnreadableError):
        content = read_bytes(encoding.path)
        if _sha256(content) == encoding.sha256:
            return content
    content = _fetch(encoding)
    if _sha256(content) != encoding.sha256:
        raise LilmError(
            f"the content of {encoding.address} is not the vocabulary of {name}; {_by_hand(encoding)}"
        )
    with contextlib.suppress(LilmError):  # usable also where it cannot be cached
        write_atomically(encoding.path, content)
    return content


def _fetch(encoding: Encoding) -> bytes:
    from http.client import HTTPException

    from engine.files.fetching import blocks_of, open_address

    content = b""
    try:
        with open_address(encoding.address, timeout=FETCH_TIMEOUT) as answer:
            for block in blocks_of(answer):
                content += block
                if len(content) > LARGEST_VOCABULARY:
                    break  # its checksum shows it
    except (OSError, HTTPException) as error:
        raise LilmError(
            f"the vocabulary of {encoding.vocabulary} is not on this machine and could not be downloaded "
            f"({cause_of(error)}); {_by_hand(encoding)}"
        ) from error
    return content


def _by_hand(encoding: Encoding) -> str:
    return f"download {encoding.address} by other means and save it as {encoding.path}"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
