"""Byte-level BPE over any ranked vocabulary: LiLM's own, a published one, or a file's. tiktoken does the merging."""

from __future__ import annotations

import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import msgspec
import numpy as np

from engine.errors import LilmError
from engine.files.reading import well_formed
from engine.tokenizers.bpe.byte_alphabet import spell, unspell
from engine.tokenizers.bpe.foreign_patterns import encode_in_time
from engine.tokenizers.bpe.patterns import PATTERNS, covering
from engine.tokenizers.byte import SINGLE_BYTES
from engine.tokenizers.cuts import without_deserts, without_mark_runs
from engine.tokenizers.interface import END_OF_TEXT
from engine.tokenizers.token_table import MOST_IDS, TableTokenizer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import tiktoken
    from numpy.typing import NDArray

Normalization = Literal["NFC"]


class SavedBpe(msgspec.Struct, frozen=True):
    """The file of a BPE tokenizer."""

    kind: Literal["bpe"]
    pattern: str
    tokens: list[str]
    """In the order of their ranks, spelled in the byte alphabet."""
    special_tokens: dict[str, int]
    ids: list[int] | None = None
    normalization: Normalization | None = None


class BpeTokenizer(TableTokenizer):
    """Tokenizer that splits text by a pattern, then merges pairs in each piece, lowest rank first."""

    kind: ClassVar[str] = "bpe"

    def __init__(
        self,
        tokens: Sequence[bytes],
        pattern: str,
        special_tokens: Mapping[str, int],
        *,
        ids: Sequence[int] | None = None,
        normalization: Normalization | None = None,
    ) -> None:
        """`tokens` are in the order of their ranks, which are also their ids unless `ids` gives others.

        `pattern` is the name of one of PATTERNS, or a regular expression. `normalization` is applied to
        a text before anything else. Raises ValueError when these do not make a tokenizer.
        """
        if len(set(tokens)) < len(tokens):
            raise ValueError("two tokens have the same bytes")
        if not set(tokens).issuperset(SINGLE_BYTES):
            raise ValueError("not every byte has a token")
        super().__init__(tokens if ids is None else _table_by_id(tokens, ids), special_tokens)
        self.pattern = pattern
        self.tokens = tuple(tokens)
        self.normalization = normalization
        self.ids = tuple(range(len(tokens)) if ids is None else ids)
        self._id_of_rank = np.asarray(self.ids, dtype=np.int32)
        self._ranks_are_ids = self.ids == tuple(range(len(tokens)))
        if pattern not in PATTERNS:
            self.encode("")  # raises ValueError when the pattern is not a regular expression

    @cached_property
    def _encoding(self) -> tiktoken.Encoding:
        import tiktoken

        return tiktoken.Encoding(
            self.kind,
            pat_str=PATTERNS.get(self.pattern) or covering(self.pattern),
            mergeable_ranks={token: rank for rank, token in enumerate(self.tokens)},
            # Text never encodes to a special token, but with an empty set the search stops at every character.
            special_tokens={END_OF_TEXT: len(self.tokens)},
        )

    @cached_property
    def _lengths(self) -> NDArray[np.int64]:
        """Bytes of each token, by its rank."""
        return np.fromiter(map(len, self.tokens), dtype=np.int64, count=len(self.tokens))

    def encode(self, text: str) -> list[int]:
        ids: list[int] = self.encode_array(text).tolist()
        return ids

    def encode_array(self, text: str) -> NDArray[np.int32]:
        text = well_formed(text)
        if self.normalization and not text.isascii():
            text = "".join(
                unicodedata.normalize(self.normalization, part) for part in without_mark_runs(text)
            )
        parts = without_deserts(text)
        ranks: NDArray[np.uint32]
        if self.pattern in PATTERNS:
            encode = self._encoding.encode_to_numpy
            ranks = np.concatenate([encode(part, disallowed_special=()) for part in parts])
            return self._id_of_rank[ranks]
        ranks = np.concatenate([encode_in_time(self._encoding, part) for part in parts])
        if self._lengths[ranks].sum() != len(text.encode()):
            raise LilmError(
                "the pattern of this tokenizer leaves out a part of the text; use another tokenizer"
            )
        return self._id_of_rank[ranks]

    @property
    def keeps_every_text(self) -> bool:
        return self.normalization is None

    def restores(self, text: str) -> bool:
        return self.normalization is None or unicodedata.is_normalized(self.normalization, text)

    def to_hugging_face(self) -> dict[str, Any]:
        """Return the content of a Hugging Face `tokenizer.json` that gives the same ids."""
        from engine.tokenizers.bpe.hugging_face import to_hugging_face

        return to_hugging_face(self)

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "pattern": self.pattern,
            "normalization": self.normalization,
            "tokens": [spell(token) for token in self.tokens],
            "ids": None if self._ranks_are_ids else list(self.ids),
            "special_tokens": dict(self.special_tokens),
        }

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        bpe = msgspec.convert(saved, SavedBpe)
        return cls(
            [unspell(token) for token in bpe.tokens],
            bpe.pattern,
            bpe.special_tokens,
            ids=bpe.ids,
            normalization=bpe.normalization,
        )


def _table_by_id(tokens: Sequence[bytes], ids: Sequence[int]) -> list[bytes]:
    """Return a table of bytes by id. Raises ValueError unless each token has an id of its own."""
    if len(set(ids)) != len(tokens) or len(ids) != len(tokens):
        raise ValueError("not every token has an id of its own")
    if min(ids) < 0 or max(ids) >= MOST_IDS:
        raise ValueError("a token has an id out of range")
    table = [b""] * (max(ids) + 1)
    for token, index in zip(tokens, ids, strict=True):
        table[index] = token
    return table
