"""Merges of a run's byte-pair encoding, learned again from its training text (Sennrich et al. 2016).

Training begins with the 256 bytes. Each merge joins the most frequent pair of adjacent tokens into a new token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex  # type: ignore[import-untyped]

from engine.errors import MisuseError
from engine.runs.folder import find_run
from engine.studies.results.merges import Merge
from engine.tokenizers.bpe.merges import MergeEvent
from engine.tokenizers.bpe.patterns import DEFAULT_PATTERN, PATTERNS
from engine.tokenizers.bpe.training import train_bpe
from engine.tokenizers.byte import SINGLE_BYTES
from engine.tokenizers.pieces import shown_bytes
from engine.tokenizers.sampling import sample_evenly
from engine.tokenizers.specification import parse_tokenizer
from engine.training.data.run_text import text_of_run, validation_fraction
from engine.training.data.run_tokenizer import training_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.runs.folder import Run
    from engine.tokenizers.bpe.training import TrainingEvent

DEFAULT_SIZE = 1024
"""Vocabulary size where the run's tokenizer is not a byte-pair encoding."""
EXAMPLE_CHARACTERS = 60
"""Characters of the training text that are the example where none is given."""


def study_merges(
    run: Run,
    listener: Callable[[Merge], None],
    *,
    size: int | None = None,
    text: str = "",
    notify: Callable[[str], None] = lambda message: None,
) -> None:
    """Learn the run's encoding again, and pass each merge to `listener` at once.

    `size` is the vocabulary size, by default the run's own or DEFAULT_SIZE. `text` is the example that is tokenized
    after each merge, by default the beginning of the training text. A run with a base has the base's tokenizer.
    Raises MisuseError when the training text is gone or another one.
    """
    settings = run.settings()
    while settings.base is not None:
        run = find_run(settings.base)
        settings = run.settings()
    spec = parse_tokenizer(settings.tokenizer)
    corpus = text_of_run(run, notify=notify)
    held_out = validation_fraction(settings, corpus.bytes)

    def texts() -> Iterator[str]:
        return training_texts(corpus, held_out)

    text = text or next(texts(), "").strip()[:EXAMPLE_CHARACTERS].partition("\n")[0]
    size = size or (spec.vocabulary_size if spec.kind == "bpe" else None) or DEFAULT_SIZE
    wanted = size - len(SINGLE_BYTES) - 1  # end-of-text
    if wanted < 1:
        raise MisuseError(f"a vocabulary of {size} has no merges; choose a --size of at least 258")
    pattern = spec.pattern or DEFAULT_PATTERN
    example = ExampleText(text, pattern)
    tokens = list(SINGLE_BYTES)

    def hear(event: TrainingEvent) -> None:
        if isinstance(event, MergeEvent):
            left, right = tokens[event.left], tokens[event.right]
            tokens.append(event.new_bytes)
            is_changed = example.merge(left, right)
            listener(
                Merge(
                    number=event.index + 1,
                    of=wanted,
                    left=shown_bytes(left),
                    right=shown_bytes(right),
                    token=shown_bytes(event.new_bytes),
                    count=event.count,
                    cut=example.tokens if is_changed or event.index == 0 else (),
                )
            )

    most = settings.corpus.tokenizer_bytes
    train_bpe(texts if most is None else sample_evenly(texts, most), size, pattern=pattern, progress=hear)


class ExampleText:
    """A short text that is tokenized with the merges learned so far."""

    def __init__(self, text: str, pattern: str) -> None:
        """The text as single bytes. No merge reaches across the pieces of the pre-token pattern."""
        pieces = regex.compile(PATTERNS[pattern]).findall(text)
        self._pieces = [[bytes([byte]) for byte in piece.encode()] for piece in pieces]

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(shown_bytes(token) for piece in self._pieces for token in piece)

    def merge(self, left: bytes, right: bytes) -> bool:
        """Join each such pair, from the left. Returns False where there is none."""
        is_changed = False
        for piece in self._pieces:
            at = 0
            while at < len(piece) - 1:
                if piece[at] == left and piece[at + 1] == right:
                    piece[at : at + 2] = [left + right]
                    is_changed = True
                at += 1
        return is_changed
