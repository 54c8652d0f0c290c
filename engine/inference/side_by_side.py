"""Several texts from one prompt, each by a seed of its own, written at the same time.

A text is the one that `Generation` writes with its seed alone, but for ties that rounding decides: a batch of
another size sums in another order.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engine.inference.generation import read_prompt
from engine.inference.sampling import DeadEndError, choose
from engine.inference.writing import GeneratedToken, Writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from engine.inference.sampling_config import SamplingConfig
    from engine.models.choosing import Choice, Draw
    from engine.models.interface import Batch, LanguageModel, Logits
    from engine.tokenizers.interface import Tokenizer

TEXTS_AT_ONCE = 16
"""More are written one group after another, so that memory stays bounded and something can be read soon."""


@dataclass(frozen=True)
class Completion:
    writing: Writing
    tokens: list[GeneratedToken]

    @property
    def text(self) -> str:
        return "".join(token.text for token in self.tokens) + self.writing.rest


def write_side_by_side(
    model: LanguageModel,
    tokenizer: Tokenizer,
    prompt_ids: Sequence[int],
    config: SamplingConfig,
    seeds: Sequence[int],
    *,
    tokens: int,
    alternatives: int = 0,
) -> Iterator[Completion]:
    """A completion for each seed, in order; the other arguments as those of `Generation`."""
    batch = model.batch(min(len(seeds), TEXTS_AT_ONCE))
    for first in range(0, len(seeds), TEXTS_AT_ONCE):
        group = [
            Completion(
                Writing(
                    tokenizer,
                    prompt_ids,
                    msgspec.structs.replace(config, seed=seed),
                    tokens=tokens,
                    alternatives=alternatives,
                ),
                [],
            )
            for seed in seeds[first : first + TEXTS_AT_ONCE]
        ]
        if tokens > 0:
            _write(group, batch, read_prompt(batch, tokenizer, prompt_ids))
        yield from group


def _write(group: list[Completion], batch: Batch, scores: Logits) -> None:
    """`scores` are those after the prompt."""
    going = dict(enumerate(group))
    after_prompt: Logits | None = scores
    while going:
        started = time.perf_counter()
        for made, drawn in zip(going.values(), _draw(going, batch, after_prompt), strict=True):
            if drawn is None:
                made.writing.end("dead_end")
            else:
                made.tokens.append(made.writing.take(drawn))
        after_prompt = None
        seconds = time.perf_counter() - started
        for made in going.values():
            made.writing.seconds += seconds
        going = {text: made for text, made in going.items() if made.writing.reason is None}


def _draw(going: dict[int, Completion], batch: Batch, after_prompt: Logits | None) -> Sequence[Draw | None]:
    """The next token of each text; None where there is none."""
    choices = [made.writing.next_choice() for made in going.values()]
    if after_prompt is None:
        ids = {text: made.writing.last_id for text, made in going.items()}
        if drawn := batch.draw(ids, choices):
            return drawn
        rows = batch.feed(ids)
    else:
        rows = np.broadcast_to(after_prompt, (len(going), len(after_prompt)))
    return [
        _choose(row, choice, partial(batch.break_tie, text))
        for row, choice, text in zip(rows, choices, going, strict=True)
    ]


def _choose(row: Logits, choice: Choice, break_tie: Callable[[NDArray[np.int64]], int]) -> Draw | None:
    try:
        return choose(row, choice, break_tie)
    except DeadEndError:
        return None
