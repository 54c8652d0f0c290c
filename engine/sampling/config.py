"""Settings of sampling, without the arithmetic, so that the app need not import it."""

from __future__ import annotations

import secrets
from typing import Annotated

from msgspec import Meta, Struct


class SamplingConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Applied in this order: repetition penalty, temperature, top-k, top-p, min-p."""

    temperature: Annotated[float, Meta(ge=0.0, le=100.0)] = 0.8
    """Divides the logits; 0 is greedy."""
    top_k: Annotated[int, Meta(ge=1, le=2**31)] | None = None
    top_p: Annotated[float, Meta(gt=0.0, le=1.0)] | None = None
    min_p: Annotated[float, Meta(ge=0.0, le=1.0)] | None = None
    """Drops tokens less likely than this fraction of the most likely one."""
    repetition_penalty: Annotated[float, Meta(ge=0.01, le=100.0)] = 1.0
    """Keskar et al. 2019: positive logits of tokens that occurred are divided by this, others multiplied."""
    seed: Annotated[int, Meta(ge=0, le=2**62)] | None = None
    """None: a random seed each time."""
    stop: tuple[str, ...] = ()
    """Generation ends before any of these; they are not part of the text."""
    regex: str | None = None
    """Regular expression that the whole generated text matches, unless the token limit cuts it."""
    grammar: str | None = None
    """Grammar in Lark's notation; the whole generated text is its rule `start`, unless the token limit cuts it."""


def random_seed() -> int:
    """Return a random seed short enough to be typed again."""
    return secrets.randbelow(2**31)
