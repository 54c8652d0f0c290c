"""Byte tokenizer: every byte of the UTF-8 text is a token. 256 ids, no training, nothing is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import msgspec
import numpy as np

from engine.files.reading import well_formed
from engine.tokenizers.interface import END_OF_TEXT
from engine.tokenizers.token_table import PlainTokenizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

SINGLE_BYTES = tuple(bytes([value]) for value in range(256))


class SavedBytes(msgspec.Struct, frozen=True):
    """The file of a byte tokenizer."""

    kind: Literal["byte"]
    special_tokens: dict[str, int]


class ByteTokenizer(PlainTokenizer):
    """Ids 0–255 are the bytes themselves, then the special tokens. Lone surrogates are read as U+FFFD."""

    kind: ClassVar[str] = "byte"
    is_trained = False

    def __init__(self, special_tokens: Mapping[str, int] | None = None) -> None:
        super().__init__(SINGLE_BYTES, {END_OF_TEXT: 256} if special_tokens is None else special_tokens)

    @classmethod
    def train(cls, documents: Iterable[str], vocabulary_size: int | None = None) -> Self:
        return cls()

    def encode(self, text: str) -> list[int]:
        return list(well_formed(text).encode())

    def encode_array(self, text: str) -> NDArray[np.int32]:
        return np.frombuffer(well_formed(text).encode(), dtype=np.uint8).astype(np.int32)

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "special_tokens": dict(self.special_tokens)}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        return cls(msgspec.convert(saved, SavedBytes).special_tokens)
