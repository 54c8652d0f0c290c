"""Specification of a tokenizer in settings and on the command line, such as `bpe:4096`."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import MisuseError
from engine.tokenizers.bpe.patterns import DEFAULT_PATTERN, PATTERNS
from engine.tokenizers.bpe.tiktoken_encodings import ENCODINGS
from engine.tokenizers.registry import PLAIN

FORMS = (
    f"{', '.join(PLAIN)}, {', '.join(f'{kind}:10000' for kind, one in PLAIN.items() if one.takes_size)}, "
    "bpe:4096, bpe:4096:o200k, tiktoken:o200k_base, or a .tiktoken or .json file"
)


@dataclass(frozen=True)
class TokenizerSpec:
    """A parsed specification. `str` gives the form that `parse_tokenizer` reads."""

    kind: str
    """A name of the registry, `bpe`, `tiktoken` or `file`."""
    vocabulary_size: int | None = None
    """Vocabulary size including special tokens: exact for bpe, a limit for those of the registry."""
    pattern: str | None = None
    """Name of a pre-token pattern: for bpe, and for `.tiktoken` files, which do not contain it."""
    source: str = ""
    """Encoding name for tiktoken, path for a file."""

    @property
    def needs_training(self) -> bool:
        """True when it is trained on the documents."""
        return self.kind == "bpe" or (self.kind in PLAIN and PLAIN[self.kind].is_trained)

    def __str__(self) -> str:
        parts = [self.source] if self.kind == "file" else [self.kind, self.source]
        size = "" if self.vocabulary_size is None else str(self.vocabulary_size)
        return ":".join(part for part in (*parts, size, self.pattern or "") if part)


def parse_tokenizer(spec: str) -> TokenizerSpec:
    """Parse `word[:SIZE]`, `word-punct[:SIZE]`, `char`, `byte`, `bpe:SIZE[:PATTERN]`, `tiktoken:NAME`,
    `PATH.tiktoken[:PATTERN]` or `PATH.json`.

    Raises MisuseError for anything else. A file's existence is checked only when it is read.
    """
    file = _parse_file(spec)
    if file is not None:
        return file
    kind, *settings = spec.split(":")
    match kind, settings:
        case plain, [] if plain in PLAIN:
            return TokenizerSpec(plain)
        case plain, [size] if plain in PLAIN and PLAIN[plain].takes_size:
            return TokenizerSpec(plain, vocabulary_size=_size(spec, size, least=3))
        case "bpe", []:
            raise MisuseError("the tokenizer bpe needs a vocabulary size, such as bpe:4096")
        case "bpe", [size]:
            return TokenizerSpec("bpe", vocabulary_size=_size(spec, size, least=257), pattern=DEFAULT_PATTERN)
        case "bpe", [size, pattern]:
            size_with_pattern = _size(spec, size, least=257)
            return TokenizerSpec("bpe", vocabulary_size=size_with_pattern, pattern=_pattern(pattern))
        case "tiktoken", [name] if name in ENCODINGS:
            return TokenizerSpec("tiktoken", source=name)
        case "tiktoken", _:
            raise MisuseError(f"{spec!r} names no encoding of tiktoken; choose one of {', '.join(ENCODINGS)}")
        case _:
            raise MisuseError(f"unknown tokenizer {spec!r}; use {FORMS}")


def _parse_file(spec: str) -> TokenizerSpec | None:
    if spec.endswith((".tiktoken", ".json")):
        return TokenizerSpec("file", source=spec)
    path, _, pattern = spec.rpartition(":")
    if path.endswith(".tiktoken"):
        return TokenizerSpec("file", source=path, pattern=_pattern(pattern))
    return None


def _pattern(name: str) -> str:
    if name not in PATTERNS:
        raise MisuseError(f"unknown pre-token pattern {name!r}; choose one of {', '.join(PATTERNS)}")
    return name


def _size(spec: str, size: str, *, least: int) -> int:
    if not (size.isascii() and size.isdecimal() and len(size) < 10 and int(size) >= least):
        raise MisuseError(
            f"{spec!r}: the vocabulary size must be an integer of at least {least}, including special tokens"
        )
    return int(size)
