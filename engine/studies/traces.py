"""Traces of a text through a GPT, for studies of its layers and heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from engine.errors import MisuseError
from engine.inference.filling import encode_masked
from engine.models.trace import Traceable

if TYPE_CHECKING:
    from engine.inference.loading import LoadedModel
    from engine.models.trace import Trace


def trace_text(loaded: LoadedModel, text: str) -> tuple[list[int], Trace]:
    """Return the ids of a text behind an end-of-text, and their trace; for a masked model with its [mask]s.

    Raises MisuseError for a model without attention, and for a text longer than the context.
    """
    tokenizer = loaded.tokenizer
    words = tokenizer.encode(text) if loaded.model.is_causal else encode_masked(tokenizer, text)
    ids = [tokenizer.end_of_text, *words]
    return ids, trace_ids(loaded, torch.tensor(ids))


def trace_ids(loaded: LoadedModel, ids: torch.Tensor) -> Trace:
    """Return the trace of ids (T,). Raises as `trace_text`."""
    model = loaded.model
    if not isinstance(model, Traceable):
        raise MisuseError(
            f"{loaded.run.name} is of the kind {loaded.family.label}, which has none of a GPT's attention and "
            "layers; choose a GPT's run"
        )
    assert model.context_length is not None
    if len(ids) > model.context_length:
        raise MisuseError(
            f"the text has {len(ids):,} tokens with its end-of-text, and the model reads {model.context_length:,}; "
            "shorten it"
        )
    return model.trace(ids)
