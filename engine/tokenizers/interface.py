"""The tokenizer interface: text to ids and back, and the bytes of each id."""

from __future__ import annotations

import codecs
from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

import numpy as np

from engine.files.reading import shown_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

END_OF_TEXT = "<|endoftext|>"
"""Name of the token between documents, as in GPT-2. Text never encodes to it."""

UNKNOWN = "<unk>"
"""Name of the token for pieces outside a closed vocabulary. It decodes to U+FFFD."""

MASK = "<|mask|>"
"""Name of the token that hides another in masked training, as [MASK] in BERT."""


class SideCode(Protocol):
    """Code for the information about a text that its ids do not hold."""

    def bits(self, text: str) -> float:
        """Return the bits of a text given its ids and spelled unknown pieces; may depend on earlier texts."""


class Tokenizer(ABC):
    """Base of all tokenizers. Immutable and total: any text encodes, any ids decode, including unknown ones.

    Ids are 0 … vocabulary_size - 1. Special tokens have ids too; of these, `encode` makes only
    UNKNOWN from text.
    """

    kind: ClassVar[str]
    """Tag of the saved file, such as `char`."""

    @property
    @abstractmethod
    def vocabulary_size(self) -> int:
        """Number of ids, including special tokens."""

    @property
    @abstractmethod
    def special_tokens(self) -> Mapping[str, int]:
        """Names of special tokens and their ids; END_OF_TEXT is always among them."""

    @property
    def end_of_text(self) -> int:
        """Id of the token that closes a document."""
        return self.special_tokens[END_OF_TEXT]

    def with_special_tokens(self, names: Iterable[str]) -> Self:
        """Return the same tokenizer with more special tokens, such as the roles of a chat.

        New names get new ids at the end, in the order given; existing tokens keep their ids.
        """
        special_tokens = dict(self.special_tokens)
        for name in names:
            if name not in special_tokens:
                special_tokens[name] = self.vocabulary_size + len(special_tokens) - len(self.special_tokens)
        return type(self).from_json(self.to_json() | {"special_tokens": special_tokens})

    @abstractmethod
    def encode(self, text: str) -> list[int]:
        """Return the ids of a text, without special tokens."""

    def encode_array(self, text: str) -> NDArray[np.int32]:
        """Return the same ids as `encode` as an array of shape (tokens,); faster for long texts."""
        return np.asarray(self.encode(text), dtype=np.int32)

    def encode_documents(self, documents: Iterable[str]) -> NDArray[np.int32]:
        """Return the ids of several documents, each closed by `end_of_text`, shape (tokens,)."""
        end_of_text = np.asarray([self.end_of_text], dtype=np.int32)
        parts = [part for document in documents for part in (self.encode_array(document), end_of_text)]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int32)

    @abstractmethod
    def token_bytes(self, token: int) -> bytes:
        """Return the UTF-8 bytes that a token adds to the text, possibly part of a character.

        Empty for special tokens (but U+FFFD for UNKNOWN) and for ids that do not exist.
        """

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of ids. Invalid UTF-8 becomes U+FFFD."""
        return shown_text(b"".join(self.token_bytes(int(token)) for token in ids))

    def token_text(self, token: int) -> str:
        """Return a readable form of one token: its text, or the name of a special token."""
        name = self._special_names.get(token)
        return shown_text(self.token_bytes(token)) if name is None else name

    @cached_property
    def _special_names(self) -> Mapping[int, str]:
        """Names by id: a file may have a million special tokens. The first of several names for one id."""
        return {token: name for name, token in reversed(list(self.special_tokens.items()))}

    @property
    def keeps_every_text(self) -> bool:
        """True when `decode` inverts `encode` for every well-formed text: nothing is unknown, and nothing lost."""
        return UNKNOWN not in self.special_tokens

    def unknown_pieces(self, text: str) -> list[bytes]:
        """Return the UTF-8 bytes of each piece of a text that `encode` maps to UNKNOWN, in order."""
        return []

    def restores(self, text: str) -> bool:
        """True when the ids of a well-formed text, with its unknown pieces spelled, decode to the same text."""
        return True

    def side_code(self) -> SideCode | None:
        """Return a new code for what the ids lose of texts; None where nothing is lost or no code exists."""
        return None

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """Return everything needed to build it again, in JSON's types, with keys `kind` and `special_tokens`."""

    @classmethod
    @abstractmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        """Inverse of `to_json`.

        Raises ValueError or msgspec.ValidationError when something is missing or invalid.
        """


class StreamDecoder:
    """Incremental decoder: bytes of an incomplete character are held back until the rest of it arrives."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._utf8 = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def push(self, token: int) -> str:
        """Add a token and return the characters it completes, often none for bytes of a longer character."""
        return self._utf8.decode(self._tokenizer.token_bytes(token))

    def finish(self) -> str:
        """Return the rest at the end: U+FFFD where a character is incomplete."""
        return self._utf8.decode(b"", final=True)
