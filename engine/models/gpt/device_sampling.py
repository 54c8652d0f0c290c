"""Tokens chosen on the device that computed their logits: only what is told about them travels to the host.

Gives what engine/inference/sampling.py gives, and in its order: penalty, temperature, top-k, top-p, min-p, a draw;
in double precision, without a step that has to wait for the device. Letters in shapes: B texts, V tokens in the
vocabulary, A alternatives.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.models.choosing import Candidate, Choice, DivergedError, Draw, Sampling

if TYPE_CHECKING:
    from collections.abc import Sequence


def choose(logits: Tensor, choices: Sequence[Choice]) -> list[Draw]:
    """A token for each row of (B, V), by choices of the same settings; of equals greedy decoding takes the lowest.

    Raises DivergedError when logits are no numbers.
    """
    sampling, count = choices[0].sampling, min(choices[0].alternatives, logits.size(1))
    logits = logits.double()
    log_probabilities = logits.log_softmax(-1)
    penalised = penalise_repetition(logits, [choice.history for choice in choices], sampling)
    if sampling.temperature == 0:
        tokens = penalised.argmax(-1, keepdim=True)
        probabilities = torch.zeros_like(logits).scatter_(1, tokens, 1.0)
    else:
        scaled = (penalised - penalised.amax(-1, keepdim=True)) / sampling.temperature
        probabilities = scaled.softmax(-1)
        uniforms = logits.new_tensor([[choice.uniform] for choice in choices])
        tokens = draw(truncate(probabilities, sampling), uniforms)
    told = torch.cat((tokens, likeliest(penalised, count)), 1)  # (B, 1 + A)
    described = torch.stack((told, log_probabilities.gather(1, told), probabilities.gather(1, told)), -1)
    return [_as_draw([Candidate(int(id), *shares) for id, *shares in row]) for row in described.tolist()]


def _as_draw(told: list[Candidate]) -> Draw:
    chosen, *others = told
    if chosen.log_probability != chosen.log_probability:  # nan, from logits that are nan or infinite
        raise DivergedError
    possible = tuple(other for other in others if other.log_probability > -torch.inf)
    return Draw(chosen.id, chosen.log_probability, chosen.probability, possible)


def penalise_repetition(logits: Tensor, histories: Sequence[Sequence[int]], sampling: Sampling) -> Tensor:
    penalty = sampling.repetition_penalty
    if penalty == 1.0:
        return logits
    ids = torch.tensor(list(chain.from_iterable(histories)), dtype=torch.int64, device=logits.device)
    lengths = torch.tensor([len(history) for history in histories], device=logits.device)
    rows = torch.arange(len(histories), device=logits.device).repeat_interleave(lengths, output_size=len(ids))
    occurred = torch.zeros_like(logits, dtype=torch.bool).index_put_((rows, ids), torch.tensor(True))
    return logits.where(~occurred, torch.where(logits > 0, logits / penalty, logits * penalty))


def truncate(probabilities: Tensor, sampling: Sampling) -> Tensor:
    """(B, V) to what is left of it, each row's sum one again."""
    if sampling.top_k is not None and sampling.top_k < probabilities.size(1):
        probabilities = _keep(probabilities, are_likeliest(probabilities, sampling.top_k))
    if sampling.top_p is not None and sampling.top_p < 1.0:
        ranked, ids = probabilities.sort(dim=-1, descending=True, stable=True)
        before = ranked.cumsum(-1) - ranked
        needed = sampling.top_p * probabilities.sum(-1, keepdim=True)
        probabilities = _keep(
            probabilities, torch.empty_like(before < needed).scatter_(1, ids, before < needed)
        )
    if sampling.min_p:
        enough = sampling.min_p * probabilities.amax(-1, keepdim=True)
        probabilities = _keep(probabilities, probabilities >= enough)
    return probabilities


def draw(probabilities: Tensor, uniforms: Tensor) -> Tensor:
    """The tokens whose shares of [0, 1) hold the uniforms, (B, 1)."""
    cumulative = probabilities.cumsum(-1)
    whole = cumulative[:, -1:]
    # A uniform just below 1 can round up to the whole sum.
    below = torch.minimum(uniforms * whole, whole.nextafter(torch.zeros_like(whole)))
    tokens = torch.searchsorted(cumulative, below, right=True)
    return tokens.clamp(max=probabilities.size(1) - 1)  # not a number is above all


def likeliest(values: Tensor, count: int) -> Tensor:
    """The ids of the `count` highest of (B, V), the highest first, lower ids first among equals; (B, count)."""
    if not count:
        return values.new_empty(len(values), 0, dtype=torch.int64)
    chosen = values.masked_fill(~are_likeliest(values, count), -torch.inf)
    ids = chosen.topk(count).indices.sort(-1).values
    return ids.gather(1, values.gather(1, ids).sort(dim=-1, descending=True, stable=True).indices)


def are_likeliest(values: Tensor, count: int) -> Tensor:
    """Which are the `count` highest of each row, lower ids first among equals; (B, V), bool."""
    border = values.topk(count).values[:, -1:]
    above, equal = values > border, values == border
    return above | (equal & (equal.cumsum(-1) <= count - above.sum(-1, keepdim=True)))


def _keep(probabilities: Tensor, kept: Tensor) -> Tensor:
    probabilities = probabilities * kept
    return probabilities / probabilities.sum(-1, keepdim=True)
