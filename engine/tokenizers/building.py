"""From a specification and the training documents to a tokenizer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import MisuseError
from engine.tokenizers.byte import ByteTokenizer
from engine.tokenizers.character import CharacterTokenizer
from engine.tokenizers.specification import TokenizerSpec, parse_tokenizer
from engine.tokenizers.word import WordPunctuationTokenizer, WordTokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.tokenizers.interface import Tokenizer


def build_tokenizer(spec: TokenizerSpec | str, documents: Callable[[], Iterable[str]]) -> Tokenizer:
    """The tokenizer that `spec` names, trained on the documents where it needs training.

    `documents` is called when they are needed, so that a large text is never held whole.
    Raises MisuseError when the specification or the documents make no sense.
    """
    if isinstance(spec, str):
        spec = parse_tokenizer(spec)
    match spec.kind:
        case "byte":
            return ByteTokenizer()
        case "char":
            return CharacterTokenizer.train(documents())
        case "word":
            return WordTokenizer.train(documents(), spec.vocabulary_size)
        case "word-punct":
            return WordPunctuationTokenizer.train(documents(), spec.vocabulary_size)
        case _:
            raise MisuseError(f"no tokenizer {spec}")
