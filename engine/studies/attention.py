"""Attention of a GPT by token and head, and the kinds of heads that are known.

A previous-token head looks at the token before; an induction head looks at the token that followed an earlier
occurrence of the present one, and so copies (Olsson et al. 2022). Their scores are mean attention weights: of the
previous position in the text, and of the position after the same token in a random sequence that is read twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from engine.errors import MisuseError
from engine.studies.results.attention import AttentionStudy, Head, Look
from engine.studies.traces import trace_ids, trace_text

if TYPE_CHECKING:
    from engine.inference.loading import LoadedModel

REPEATED_TOKENS = 64
"""Length of the random sequence that is read twice, or half of the context where that is shorter."""
KIND_SCORES = {"previous token": 0.4, "induction": 0.1}
"""Mean weights from which a head is called of a kind. Random tokens are like no text, so copying is weak there."""


def study_attention(loaded: LoadedModel, text: str, *, top: int = 3) -> AttentionStudy:
    """Trace a text, end-of-text before it, as in training.

    Raises MisuseError for a model without attention, and for a text longer than the context.
    """
    ids, traced = trace_text(loaded, text)
    texts = tuple(loaded.tokenizer.token_text(token) for token in ids)
    induction = _induction_scores(loaded)
    previous = traced.attention.diagonal(-1, 2, 3).mean(-1) if len(ids) > 1 else torch.zeros_like(induction)
    heads = []
    for layer, weights in enumerate(traced.attention):
        for head, table in enumerate(weights):
            largest, positions = table.topk(min(top, len(ids)), -1)
            looks = tuple(
                tuple(
                    Look(position=position, text=texts[position], weight=weight)
                    for weight, position in zip(row, row_positions, strict=True)
                    if weight > 0
                )
                for row, row_positions in zip(largest.tolist(), positions.tolist(), strict=True)
            )
            scores = {
                "previous token": float(previous[layer, head]),
                "induction": float(induction[layer, head]),
            }
            best = max(scores, key=lambda kind: scores[kind] / KIND_SCORES[kind])
            heads.append(
                Head(
                    layer=layer,
                    head=head,
                    kind=best if scores[best] >= KIND_SCORES[best] else "",
                    previous_token=scores["previous token"],
                    induction=scores["induction"],
                    looks=looks,
                )
            )
    return AttentionStudy(tokens=texts, heads=tuple(heads))


def _induction_scores(loaded: LoadedModel) -> torch.Tensor:
    """Mean weight (L, H) from each token's second occurrence to the token after its first."""
    model, tokenizer = loaded.model, loaded.tokenizer
    assert model.context_length is not None
    length = min(REPEATED_TOKENS, (model.context_length - 1) // 2, tokenizer.vocabulary_size - 1)
    if length < 2:
        raise MisuseError(
            f"a context of {model.context_length} tokens is too short to find induction heads in"
        )
    generator = torch.Generator().manual_seed(0)
    others = [token for token in range(tokenizer.vocabulary_size) if token != tokenizer.end_of_text]
    once = torch.tensor(others)[torch.randperm(len(others), generator=generator)[:length]]
    ids = torch.cat([torch.tensor([tokenizer.end_of_text]), once, once])
    attention = trace_ids(loaded, ids).attention  # (L, H, T, T)
    second = torch.arange(length + 1, 2 * length + 1)
    found: torch.Tensor = attention[:, :, second, second - length + 1].mean(-1)
    return found
