"""Contribution of each layer of a GPT: predictions after it, norms of the residual stream, and hidden activations.

The logit lens (nostalgebraist 2020) reads the stream after each layer as if it were the last: through the last norm
and the output matrix. Row 0 is the embedding alone, and the last one the model's own prediction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.studies.results.layers import AtLayer, Guess, LayerStudy, Unit
from engine.studies.traces import trace_text

if TYPE_CHECKING:
    from torch import Tensor

    from engine.inference.loading import LoadedModel


def study_layers(loaded: LoadedModel, text: str, *, top: int = 3) -> LayerStudy:
    """Trace a text, end-of-text before it, as in training, with the `top` predictions and hidden units of each layer.

    Raises MisuseError for a model without layers of attention, and for a text longer than the context.
    """
    ids, traced = trace_text(loaded, text)
    vocabulary = loaded.tokenizer.vocabulary_size
    found = []
    for layer, all_logits in enumerate(traced.logits[..., :vocabulary]):
        logits = all_logits.float()  # (T, V)
        log_p = logits.log_softmax(-1)
        hidden = traced.activations[layer - 1] if layer else None  # (T, I)
        found.append(
            AtLayer(
                layer=layer,
                guesses=_guesses(loaded, logits, log_p, min(top, vocabulary)),
                entropy=tuple((-(log_p.exp() * log_p).nansum(-1)).tolist()),
                norm=tuple(traced.residuals[layer].norm(dim=-1).tolist()),
                active=() if hidden is None else _active(hidden),
                units=() if hidden is None else _largest(hidden, min(top, hidden.size(-1))),
            )
        )
    return LayerStudy(tokens=tuple(loaded.tokenizer.token_text(token) for token in ids), layers=tuple(found))


def _guesses(loaded: LoadedModel, logits: Tensor, log_p: Tensor, top: int) -> tuple[tuple[Guess, ...], ...]:
    largest, tokens = logits.topk(top, -1)
    probabilities = log_p.gather(-1, tokens).exp()
    rows = zip(tokens.tolist(), largest.tolist(), probabilities.tolist(), strict=True)
    return tuple(
        tuple(
            Guess(id=token, text=loaded.tokenizer.token_text(token), logit=logit, probability=p)
            for token, logit, p in zip(*row, strict=True)
        )
        for row in rows
    )


def _active(hidden: Tensor) -> tuple[float, ...]:
    sizes = hidden.abs()
    return tuple((sizes > sizes.amax(-1, keepdim=True) / 10).float().mean(-1).tolist())


def _largest(hidden: Tensor, top: int) -> tuple[tuple[Unit, ...], ...]:
    units = hidden.abs().topk(top, -1).indices
    values = hidden.gather(-1, units)
    return tuple(
        tuple(Unit(unit=unit, activation=value) for unit, value in zip(*row, strict=True))
        for row in zip(units.tolist(), values.tolist(), strict=True)
    )
