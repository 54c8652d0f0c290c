"""Sampling from logits with torch, on their own device: only the results are copied to the host.

Same arithmetic and order as `numpy_backend`: penalty, temperature, top-k, top-p, min-p, then a sample; in double
precision, with a single synchronization. Letters in shapes: B texts, V tokens in the vocabulary, A alternatives.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.sampling.tokens import Candidate, DivergedError, SampledToken, SamplingStep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.sampling.config import SamplingConfig


def sample_tokens(logits: Tensor, steps: Sequence[SamplingStep]) -> list[SampledToken]:
    """Sample a token for each row of logits (B, V); all steps share one config.

    At temperature 0 the lowest of equally likely ids is taken. Raises DivergedError when logits are NaN or infinite.
    """
    config, count = steps[0].config, min(steps[0].alternatives, logits.size(1))
    logits = logits.double()
    log_probabilities = logits.log_softmax(-1)
    penalized = penalize_repetition(logits, [step.history for step in steps], config.repetition_penalty)
    if config.temperature == 0:
        tokens = penalized.argmax(-1, keepdim=True)
        probabilities = torch.zeros_like(logits).scatter_(1, tokens, 1.0)
    else:
        scaled = (penalized - penalized.amax(-1, keepdim=True)) / config.temperature
        probabilities = scaled.softmax(-1)
        uniforms = logits.new_tensor([[step.uniform] for step in steps])
        tokens = inverse_cdf(truncate(probabilities, config), uniforms)
    reported = torch.cat((tokens, top_tokens(penalized, count)), 1)  # (B, 1 + A)
    rows = torch.stack(
        (reported, log_probabilities.gather(1, reported), probabilities.gather(1, reported)), -1
    )
    facts: list[tuple[float, ...]] = [()] * len(steps)
    if count:
        ranks = 1 + (log_probabilities > log_probabilities.gather(1, tokens)).sum(-1)
        facts = torch.stack((ranks.double(), entropies(log_probabilities)), -1).tolist()
    return [
        _as_sampled([Candidate(int(id), *numbers) for id, *numbers in row], *fact)
        for row, fact in zip(rows.tolist(), facts, strict=True)
    ]


def _as_sampled(
    reported: list[Candidate], rank: float | None = None, entropy: float | None = None
) -> SampledToken:
    sampled, *others = reported
    if sampled.log_probability != sampled.log_probability:  # NaN, from logits that are NaN or infinite
        raise DivergedError
    possible = tuple(other for other in others if other.log_probability > -torch.inf)
    return SampledToken(
        sampled.id,
        sampled.log_probability,
        sampled.probability,
        possible,
        None if rank is None else int(rank),
        entropy,
    )


def entropies(log_probabilities: Tensor) -> Tensor:
    """Entropy of each row (B, V) in nats, shape (B,); impossible tokens add nothing."""
    return -torch.where(log_probabilities > -torch.inf, log_probabilities.exp() * log_probabilities, 0.0).sum(
        -1
    )


def penalize_repetition(logits: Tensor, histories: Sequence[Sequence[int]], penalty: float) -> Tensor:
    """Apply the repetition penalty to logits (B, V), with one history of ids for each row."""
    if penalty == 1.0:
        return logits
    ids = torch.tensor(list(chain.from_iterable(histories)), dtype=torch.int64, device=logits.device)
    lengths = torch.tensor([len(history) for history in histories], device=logits.device)
    rows = torch.arange(len(histories), device=logits.device).repeat_interleave(lengths, output_size=len(ids))
    occurred = torch.zeros_like(logits, dtype=torch.bool).index_put_((rows, ids), torch.tensor(True))
    return logits.where(~occurred, torch.where(logits > 0, logits / penalty, logits * penalty))


def truncate(probabilities: Tensor, config: SamplingConfig) -> Tensor:
    """Apply top-k, top-p and min-p to probabilities (B, V), and renormalize each row."""
    if config.top_k is not None and config.top_k < probabilities.size(1):
        probabilities = _keep(probabilities, are_top(probabilities, config.top_k))
    if config.top_p is not None and config.top_p < 1.0:
        ranked, ids = probabilities.sort(dim=-1, descending=True, stable=True)
        before = ranked.cumsum(-1) - ranked
        needed = config.top_p * probabilities.sum(-1, keepdim=True)
        probabilities = _keep(
            probabilities, torch.empty_like(before < needed).scatter_(1, ids, before < needed)
        )
    if config.min_p:
        enough = config.min_p * probabilities.amax(-1, keepdim=True)
        probabilities = _keep(probabilities, probabilities >= enough)
    return probabilities


def inverse_cdf(probabilities: Tensor, uniforms: Tensor) -> Tensor:
    """Tokens whose intervals of the cumulative distributions contain the uniforms, shape (B, 1)."""
    cumulative = probabilities.cumsum(-1)
    total = cumulative[:, -1:]
    # A uniform just below 1 can round up to the total.
    below = torch.minimum(uniforms * total, total.nextafter(torch.zeros_like(total)))
    tokens = torch.searchsorted(cumulative, below, right=True)
    return tokens.clamp(max=probabilities.size(1) - 1)  # NaN compares above everything


def top_tokens(values: Tensor, count: int) -> Tensor:
    """Ids of the `count` highest values of each row (B, V), the highest first, lower ids first among equals."""
    if not count:
        return values.new_empty(len(values), 0, dtype=torch.int64)
    top = values.masked_fill(~are_top(values, count), -torch.inf)
    ids = top.topk(count).indices.sort(-1).values
    return ids.gather(1, values.gather(1, ids).sort(dim=-1, descending=True, stable=True).indices)


def are_top(values: Tensor, count: int) -> Tensor:
    """Mask of the `count` highest values of each row, lower ids first among equals; shape (B, V)."""
    border = values.topk(count).values[:, -1:]
    above, equal = values > border, values == border
    return above | (equal & (equal.cumsum(-1) <= count - above.sum(-1, keepdim=True)))


def _keep(probabilities: Tensor, kept: Tensor) -> Tensor:
    probabilities = probabilities * kept
    return probabilities / probabilities.sum(-1, keepdim=True)
