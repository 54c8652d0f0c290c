"""Loops in greedy text: greedy decoding soon returns to an earlier state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.inference.generation import Generation
from engine.sampling.config import SamplingConfig
from engine.studies.results.temperature import GreedyText

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.models.interface import LanguageModel
    from engine.tokenizers.interface import Tokenizer

GREEDY_TOKENS = 256
"""Tokens generated from each start; longer loops are not found."""

REPEATS, REPEATING_TOKENS = 3, 32
"""A text that ends in this many repeats of at least this many tokens in all counts as a loop without proof."""


@dataclass(frozen=True)
class Loop:
    start: int
    """Return the first position from which everything repeats."""
    period: int


def greedy_texts(
    model: LanguageModel, tokenizer: Tokenizer, starts: Iterable[Sequence[int]]
) -> tuple[GreedyText, ...]:
    """Return the greedy text from each start. Of those that enter the same loop only the first is returned."""
    found: list[GreedyText] = []
    known: set[tuple[int, ...]] = set()
    session = model.session()
    for start in starts:
        config = SamplingConfig(temperature=0.0)
        writing = Generation(model, tokenizer, start, config, tokens=GREEDY_TOKENS, session=session)
        ids = [*start, *(token.id for token in writing)]
        loop = find_loop(ids, model.context_length) if writing.reason == "length" else None
        if loop is None:
            ended = writing.reason or "length"
            found.append(GreedyText(start=tokenizer.decode(start), ended=ended, tokens=len(ids)))
            continue
        cycle = ids[loop.start : loop.start + loop.period]
        name = min(tuple(cycle[turn:] + cycle[:turn]) for turn in range(loop.period))
        if name not in known:
            known.add(name)
            pairs = zip(cycle, cycle[1:] + cycle[:1], strict=True)
            texts = tuple(tokenizer.decode(pair) for pair in pairs)
            found.append(
                GreedyText(start=tokenizer.decode(start), ended="loop", tokens=loop.start, loop=texts)
            )
    return tuple(found)


def find_loop(ids: Sequence[int], context_length: int | None) -> Loop | None:
    """Return the shortest period at the end of a greedy text, None where there is none.

    Once a whole context and the period before it have repeated, the text repeats forever; for models with a long
    context, many repeats count as proof.
    """
    for period in range(1, len(ids) // 2 + 1):
        start = len(ids) - period
        while start and ids[start - 1] == ids[start - 1 + period]:
            start -= 1
        enough = max(REPEATS * period, REPEATING_TOKENS)
        if context_length is not None:
            enough = min(enough, period + max(1, context_length))
        if len(ids) - start >= enough:
            return Loop(start, period)
    return None
