"""Character tokenizer: every character of the training text is a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import msgspec
import numpy as np

from engine.files.reading import well_formed
from engine.tokenizers.interface import END_OF_TEXT, UNKNOWN
from engine.tokenizers.token_table import PlainTokenizer, closed_vocabulary_specials

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray


class SavedCharacters(msgspec.Struct, frozen=True):
    """The file of a character tokenizer: the characters in the order of their ids."""

    kind: Literal["char"]
    characters: str
    special_tokens: dict[str, int]


class CharacterTokenizer(PlainTokenizer):
    """Ids are the indices of characters in `characters`; any other character is UNKNOWN."""

    kind: ClassVar[str] = "char"
    required_special_tokens = (UNKNOWN, END_OF_TEXT)

    def __init__(self, characters: str, special_tokens: Mapping[str, int] | None = None) -> None:
        """Raises ValueError when a character is repeated or cannot be encoded as UTF-8."""
        if len(set(characters)) < len(characters):
            raise ValueError("a character is repeated in the vocabulary")
        if special_tokens is None:
            special_tokens = closed_vocabulary_specials(len(characters))
        super().__init__([character.encode() for character in characters], special_tokens)
        self._characters = characters
        self._id_of_code_point = self._lookup_table(special_tokens[UNKNOWN])

    def _lookup_table(self, unknown: int) -> NDArray[np.int32]:
        """Ids by code point; the last entry, one beyond the highest character, is for all code points above."""
        code_points = _code_points(self._characters)
        table = np.full(int(code_points.max(initial=0)) + 2, unknown, dtype=np.int32)
        table[code_points] = np.arange(len(code_points))
        return table

    @classmethod
    def train(cls, documents: Iterable[str], vocabulary_size: int | None = None) -> Self:
        """Return a tokenizer of the distinct characters of the documents, sorted by code point."""
        seen: set[str] = set()
        for document in documents:
            seen.update(well_formed(document))
        return cls("".join(sorted(seen)))

    def encode(self, text: str) -> list[int]:
        ids: list[int] = self.encode_array(text).tolist()
        return ids

    def encode_array(self, text: str) -> NDArray[np.int32]:
        table = self._id_of_code_point
        return table[np.minimum(_code_points(text), len(table) - 1)]

    def unknown_pieces(self, text: str) -> list[bytes]:
        text = well_formed(text)
        unknown = self.encode_array(text) == self.special_tokens[UNKNOWN]
        return [chr(code_point).encode() for code_point in _code_points(text)[unknown].tolist()]

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "characters": self._characters,
            "special_tokens": dict(self.special_tokens),
        }

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        characters = msgspec.convert(saved, SavedCharacters)
        return cls(characters.characters, characters.special_tokens)


def _code_points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
