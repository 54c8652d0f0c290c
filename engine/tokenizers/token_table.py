"""Base of LiLM's tokenizers: a table from ids to bytes, and special tokens."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Self

from engine.tokenizers.interface import END_OF_TEXT, UNKNOWN, Tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

REPLACEMENT_CHARACTER = "\N{REPLACEMENT CHARACTER}".encode()

MOST_IDS = 1 << 22
"""Limit above any known vocabulary: a damaged file must not fill the memory."""


class TableTokenizer(Tokenizer):
    """A tokenizer that looks up the bytes of ids in a table. Subclasses implement encoding."""

    required_special_tokens: ClassVar[tuple[str, ...]] = (END_OF_TEXT,)

    def __init__(self, pieces: Sequence[bytes], special_tokens: Mapping[str, int]) -> None:
        """`pieces[id]` are the bytes of an id; special tokens follow them or fill gaps, which are b"".

        Raises ValueError when a special token is missing or has an invalid id.
        """
        for name in self.required_special_tokens:
            if name not in special_tokens:
                raise ValueError(f"no {name} among the special tokens")
        size = max(len(pieces), max(special_tokens.values()) + 1)
        if size > MOST_IDS:
            raise ValueError(f"a special token with the id {size - 1}")
        table = [*pieces, *[b""] * (size - len(pieces))]
        for name, token in special_tokens.items():
            if token < 0 or table[token]:
                raise ValueError(f"{name} cannot have the id {token}")
        if UNKNOWN in special_tokens:
            table[special_tokens[UNKNOWN]] = self._unknown_bytes()
        self._table = tuple(table)
        self._special_tokens = dict(special_tokens)

    def _unknown_bytes(self) -> bytes:
        return REPLACEMENT_CHARACTER

    @property
    def vocabulary_size(self) -> int:
        return len(self._table)

    @property
    def special_tokens(self) -> Mapping[str, int]:
        return self._special_tokens

    def token_bytes(self, token: int) -> bytes:
        return self._table[token] if 0 <= token < len(self._table) else b""


class PlainTokenizer(TableTokenizer):
    """A tokenizer that is made from documents, and perhaps the size of its vocabulary, alone."""

    is_trained: ClassVar[bool] = True
    """True when `train` depends on its documents."""
    takes_size: ClassVar[bool] = False
    """True when a specification may limit the size of its vocabulary, as `word:10000` does."""

    @classmethod
    @abstractmethod
    def train(cls, documents: Iterable[str], vocabulary_size: int | None = None) -> Self:
        """Return the tokenizer of the documents; `vocabulary_size` is None unless `takes_size`."""


def closed_vocabulary_specials(size: int) -> dict[str, int]:
    """Return the special tokens that follow a closed vocabulary of `size` pieces."""
    return {UNKNOWN: size, END_OF_TEXT: size + 1}
