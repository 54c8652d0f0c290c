"""Several completions of one prompt, each with its own seed, generated as one batch.

Each equals the text of `Generation` with the same seed, except where rounding breaks a tie: the order of summation
depends on the batch size.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engine.inference.generation import read_prompt
from engine.inference.writing import GeneratedToken, Writing
from engine.sampling.numpy_backend import sample_token
from engine.sampling.tokens import DeadEndError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from engine.models.interface import BatchSession, LanguageModel
    from engine.sampling.config import SamplingConfig
    from engine.sampling.tokens import Logits, SampledToken, SamplingStep
    from engine.tokenizers.interface import Tokenizer

TEXTS_AT_ONCE = 16
"""Texts per group: memory is bounded and the first texts are complete early."""


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
    end_ids: Sequence[int] = (),
) -> Iterator[Completion]:
    """Yield a completion for each seed, in order; the other arguments as in `Generation`."""
    batch = model.batch_session(min(len(seeds), TEXTS_AT_ONCE))
    for first in range(0, len(seeds), TEXTS_AT_ONCE):
        group = [
            Completion(
                Writing(
                    tokenizer,
                    prompt_ids,
                    msgspec.structs.replace(config, seed=seed),
                    tokens=tokens,
                    alternatives=alternatives,
                    end_ids=end_ids,
                ),
                [],
            )
            for seed in seeds[first : first + TEXTS_AT_ONCE]
        ]
        if tokens > 0:
            _write(group, batch, read_prompt(batch, tokenizer, prompt_ids))
        yield from group


def _write(group: list[Completion], batch: BatchSession, logits: Logits) -> None:
    """Generate all completions of a group; `logits` are those after the prompt."""
    going = dict(enumerate(group))
    after_prompt: Logits | None = logits
    while going:
        started = time.perf_counter()
        for made, sampled in zip(going.values(), _sample(going, batch, after_prompt), strict=True):
            if sampled is None:
                made.writing.end("dead_end")
            else:
                made.tokens.append(made.writing.take(sampled))
        after_prompt = None
        seconds = time.perf_counter() - started
        for made in going.values():
            made.writing.seconds += seconds
        going = {text: made for text, made in going.items() if made.writing.reason is None}


def _sample(
    going: dict[int, Completion], batch: BatchSession, after_prompt: Logits | None
) -> Sequence[SampledToken | None]:
    """Sample the next token of each text; None where none is possible."""
    steps = [made.writing.next_step() for made in going.values()]
    if after_prompt is None:
        ids = {text: made.writing.last_id for text, made in going.items()}
        if steps[0].allowed is None and (sampled := batch.sample(ids, steps)):
            return sampled
        rows = batch.feed(ids)
    else:
        rows = np.broadcast_to(after_prompt, (len(going), len(after_prompt)))
    return [
        _sample_row(row, step, partial(batch.break_tie, text))
        for row, step, text in zip(rows, steps, going, strict=True)
    ]


def _sample_row(
    row: Logits, step: SamplingStep, break_tie: Callable[[NDArray[np.int64]], int]
) -> SampledToken | None:
    try:
        return sample_token(row, step, break_tie)
    except DeadEndError:
        return None
