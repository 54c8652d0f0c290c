"""Generation of text that a regular expression or a grammar describes, by masking tokens.

llguidance follows the text byte by byte and finds the tokens that may come next: of a regular expression by a lazy
automaton, of a context-free grammar by an Earley parser. It works with every tokenizer and every family of models.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import LilmError, MisuseError
from engine.files.reading import decode_json, shown_text

if TYPE_CHECKING:
    from collections.abc import Collection

    from llguidance import LLMatcher, LLTokenizer
    from numpy.typing import NDArray

    from engine.sampling.config import SamplingConfig
    from engine.tokenizers.interface import Tokenizer


EVERY_SPELLING = '%llguidance {"no_forcing": true}'
"""First line of a grammar, by which all tokens that fit are possible, also where the next bytes are certain."""


class Constraint:
    """One text in progress, and the tokens that may follow it."""

    def __init__(self, config: SamplingConfig, tokenizer: Tokenizer, end_ids: Collection[int]) -> None:
        """Begin a text of the config's regex or grammar; `end_ids` end it once it matches as a whole.

        Raises MisuseError when both are given, when the library is absent, when one is invalid or too large, and when
        no token can begin a text that it describes.
        """
        if config.regex is not None and config.grammar is not None:
            raise MisuseError("--regex and --grammar describe the same text; give one of them")
        self._option = "--grammar" if config.regex is None else f"--regex {config.regex}"
        self._matcher = _start(config.regex, config.grammar, tokenizer)
        self._size = tokenizer.vocabulary_size
        self._end_ids = np.fromiter(end_ids, dtype=np.int64)
        self._special = np.fromiter(tokenizer.special_tokens.values(), dtype=np.int64)
        if not len(self.allowed()):
            raise MisuseError(
                f"{self._option}: no token of this model begins such a text; "
                "use a tokenizer such as byte or bpe, or another beginning"
            )

    @property
    def is_complete(self) -> bool:
        """True when the text matches and nothing can follow it."""
        return self._matcher.is_stopped() and self._matcher.is_accepting()

    def allowed(self) -> NDArray[np.int64]:
        """Return the ids that keep to the description, ascending; those that end the text where it matches.

        There is none where no token spells what must come next.

        Raises LilmError when it takes too much work to find them.
        """
        mask = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        if self._matcher.is_error():
            if self._matcher.get_error().startswith("NoExtension"):
                return np.empty(0, dtype=np.int64)
            raise LilmError(f"{self._option}: {_first_line(self._matcher.get_error())}; simplify it")
        is_allowed = np.unpackbits(mask, count=self._size, bitorder="little")
        is_allowed[self._special] = 0
        is_allowed[self._end_ids] = self._matcher.is_accepting()
        return np.flatnonzero(is_allowed)

    def advance(self, token: int) -> None:
        """Append one of the allowed ids that do not end the text."""
        self._matcher.consume_token(token)


def _start(regex: str | None, grammar: str | None, tokenizer: Tokenizer) -> LLMatcher:
    """Return a matcher at the beginning of a text."""
    try:
        from llguidance import LLMatcher
    except ImportError as error:
        raise MisuseError(
            "--regex and --grammar need llguidance; install it with: pip install 'lilm[grammar]'"
        ) from error
    if regex is not None:
        (described,) = decode_json(LLMatcher.grammar_from_regex(regex).encode(), dict[str, Any])["grammars"]
        grammar = described["lark_grammar"]
    matcher = LLMatcher(_vocabulary(tokenizer), f"{EVERY_SPELLING}\n{grammar}", log_level=0)
    if matcher.is_error():
        message = matcher.get_error()
        raise MisuseError(
            f"--grammar: {_first_line(message)}; correct the grammar"
            if regex is None
            else f"--regex {regex}: {_reason(regex)}"
        )
    return matcher


class _Vocabulary:
    """A tokenizer's tokens as llguidance takes them. Special tokens, and those without bytes, are part of no text."""

    bos_token_id = None

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self.eos_token_id = tokenizer.end_of_text
        special = set(tokenizer.special_tokens.values())
        self.tokens: list[bytes] = []
        self.special_token_ids: list[int] = []
        for token in range(tokenizer.vocabulary_size):
            text = b"" if token in special else tokenizer.token_bytes(token)
            if not text:
                self.special_token_ids.append(token)
            self.tokens.append(text or tokenizer.token_text(token).encode() or b"<%d>" % token)

    def __call__(self, text: bytes) -> list[int]:
        return self._tokenizer.encode(shown_text(text))


@lru_cache(maxsize=2)
def _vocabulary(tokenizer: Tokenizer) -> LLTokenizer:
    from llguidance import LLTokenizer, TokenizerWrapper

    return LLTokenizer(TokenizerWrapper(_Vocabulary(tokenizer)), n_vocab=tokenizer.vocabulary_size)


def _first_line(message: str) -> str:
    """Return the first line of an error, with the line of the user's grammar."""
    position, _, reason = message.partition("\n")[0].partition(": ")
    line = re.match(r"(?:at )?(\d+)\((\d+)\)", position)
    return f"line {int(line[1]) - 1}, column {line[2]}: {reason}" if line else message.partition("\n")[0]


def _reason(regex: str) -> str:
    """Return the error of a regular expression in words; Python's parser says where a syntax is wrong."""
    try:
        re.compile(regex)
    except re.error as error:
        return f"{error}; correct the expression"
    return "leave out look-around and back references, and count fewer repetitions"
