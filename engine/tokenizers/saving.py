"""Tokenizers as JSON files, and their fingerprint, which is equal for equal tokenizers."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import msgspec

from engine.errors import LilmError, MisuseError, UnreadableError
from engine.files.reading import decode_json, read_bytes
from engine.files.storage import indented_json, write_atomically
from engine.tokenizers.bpe.hugging_face import from_hugging_face
from engine.tokenizers.bpe.tiktoken_encodings import TiktokenTokenizer
from engine.tokenizers.bpe.tokenizer import BpeTokenizer
from engine.tokenizers.registry import PLAIN

if TYPE_CHECKING:
    from pathlib import Path

    from engine.tokenizers.interface import Tokenizer

_CLASSES: dict[str, type[Tokenizer]] = {
    **PLAIN,
    BpeTokenizer.kind: BpeTokenizer,
    TiktokenTokenizer.kind: TiktokenTokenizer,
}


def save_tokenizer(tokenizer: Tokenizer, path: Path) -> None:
    """Write everything needed to build the tokenizer again, atomically.

    Raises LilmError when it cannot be written.
    """
    write_atomically(path, tokenizer_file(tokenizer))


def tokenizer_file(tokenizer: Tokenizer) -> bytes:
    """Return the bytes that `save_tokenizer` writes."""
    return indented_json(tokenizer.to_json(), indent=1)


def load_tokenizer(path: Path) -> Tokenizer:
    """Read a file of `save_tokenizer`, or the byte-level BPE of a Hugging Face `tokenizer.json`.

    Raises MisuseError when the file cannot be read, LilmError when it is damaged or not a tokenizer.
    """
    saved = _read_json(path)
    if "model" in saved:
        return from_hugging_face(saved, path)
    return _from_json(saved, path)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = read_bytes(path)
    except UnreadableError as error:
        raise MisuseError(f"cannot read the tokenizer {path}: {error.reason}") from error
    try:
        return decode_json(content, dict[str, Any])
    except UnreadableError as error:
        raise LilmError(f"{path} is not a tokenizer: {error.reason}; train or save it again") from error


def _from_json(saved: dict[str, Any], path: Path) -> Tokenizer:
    kind = saved.get("kind")
    if not isinstance(kind, str) or kind not in _CLASSES:
        raise LilmError(
            f"{path} is not a tokenizer of LiLM: its kind is {kind!r}, not one of {', '.join(_CLASSES)}"
        )
    try:
        return _CLASSES[kind].from_json(saved)
    except (ValueError, msgspec.ValidationError) as error:
        raise LilmError(f"the tokenizer {path} is damaged ({error}); train or save it again") from error


def fingerprint(tokenizer: Tokenizer) -> str:
    """Return the sha256 of the tokenizer's canonical JSON, in hexadecimal: equal for equal tokenizers."""
    canonical = json.dumps(tokenizer.to_json(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
