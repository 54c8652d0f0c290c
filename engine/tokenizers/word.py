"""Word tokenizers: every word of the training text is a token."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar, Self

import msgspec

from engine.files.reading import well_formed
from engine.tokenizers.case_and_spacing import CaseAndSpacing
from engine.tokenizers.interface import END_OF_TEXT, UNKNOWN
from engine.tokenizers.token_table import (
    REPLACEMENT_CHARACTER,
    PlainTokenizer,
    closed_vocabulary_specials,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class SavedWords(msgspec.Struct, frozen=True):
    """The file of either word tokenizer: the words in the order of their ids."""

    kind: str
    words: list[str]
    special_tokens: dict[str, int]


class WordVocabulary(PlainTokenizer):
    """A closed vocabulary of words; subclasses define words. A word outside it is UNKNOWN."""

    required_special_tokens = (UNKNOWN, END_OF_TEXT)
    takes_size = True

    def __init__(self, words: Sequence[str], special_tokens: Mapping[str, int] | None = None) -> None:
        """Raises ValueError when a word is repeated or cannot be encoded as UTF-8."""
        if special_tokens is None:
            special_tokens = closed_vocabulary_specials(len(words))
        super().__init__([self._word_bytes(word) for word in words], special_tokens)
        self._words = tuple(words)
        self._ids = {word: token for token, word in enumerate(words)}
        if len(self._ids) < len(words):
            raise ValueError("a word is repeated in the vocabulary")
        self._unknown = special_tokens[UNKNOWN]

    @staticmethod
    @abstractmethod
    def split(text: str) -> list[str]:
        """Return the words of a text, in order."""

    @staticmethod
    @abstractmethod
    def _word_bytes(word: str) -> bytes:
        """Return the bytes that a word adds to the decoded text."""

    @classmethod
    def train(cls, documents: Iterable[str], vocabulary_size: int | None = None) -> Self:
        """Return a tokenizer of the words of the documents in the order of their first appearance.

        `vocabulary_size`, which includes the special tokens, keeps only the most frequent words; of equally
        frequent ones, those that appear first.
        """
        counts: Counter[str] = Counter()
        for document in documents:
            counts.update(cls.split(well_formed(document)))
        if vocabulary_size is None:
            return cls(tuple(counts))
        kept = {
            word
            for word, _ in counts.most_common(max(0, vocabulary_size - len(closed_vocabulary_specials(0))))
        }
        return cls([word for word in counts if word in kept])

    def encode(self, text: str) -> list[int]:
        ids, unknown = self._ids, self._unknown
        return [ids.get(word, unknown) for word in self.split(text)]

    def unknown_pieces(self, text: str) -> list[bytes]:
        return [self._word_bytes(word) for word in self.split(well_formed(text)) if word not in self._ids]

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "words": list(self._words),
            "special_tokens": dict(self.special_tokens),
        }

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        words = msgspec.convert(saved, SavedWords)
        return cls(words.words, words.special_tokens)


class WordTokenizer(WordVocabulary):
    """Lower-cased words between white space, which is lost: decoding inserts single spaces."""

    kind: ClassVar[str] = "word"

    @staticmethod
    def split(text: str) -> list[str]:
        return text.lower().split()

    @staticmethod
    def _word_bytes(word: str) -> bytes:
        return b" " + word.encode()

    def _unknown_bytes(self) -> bytes:
        return b" " + REPLACEMENT_CHARACTER

    def decode(self, ids: Sequence[int]) -> str:
        return super().decode(ids).removeprefix(" ")

    def restores(self, text: str) -> bool:
        return text == " ".join(self.split(text))

    def side_code(self) -> CaseAndSpacing:
        return CaseAndSpacing()


class WordPunctuationTokenizer(WordVocabulary):
    """Words as written, each with the space before it; punctuation and other white space are separate tokens.

    Lossless: a text of known words decodes to itself. An apostrophe inside a word belongs to it.
    """

    kind: ClassVar[str] = "word-punct"

    # The three alternatives together cover every character.
    _WORD = re.compile(r" ?\w+(?:['’]\w+)*| ?[^\w\s]|\s")

    @staticmethod
    def split(text: str) -> list[str]:
        return WordPunctuationTokenizer._WORD.findall(text)

    @staticmethod
    def _word_bytes(word: str) -> bytes:
        return word.encode()
