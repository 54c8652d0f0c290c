"""The held-out loss, on the one scale where all families and tokenizers can be compared: bits per byte.

Nats per token depend on how much text a token is; bits per byte do not: the whole held-out text costs
loss x tokens / ln 2 bits, whatever its tokens are, plus the information that the tokens leave out
(`engine.training.evaluation.side_information`). The prediction of a document's end is part of that cost, though it is
no byte of the text.

A document is scored behind an end-of-text token, from nothing but its own tokens, as a model writes one. A GPT scores
one that is longer than its context in overlapping windows: every token sees at least half a context of its document,
or all that it has before it.

A masked model's loss is the mean of its pseudo-log-likelihood: each token is predicted from those on both sides, and
the ends of documents are given. It has a mark of its own everywhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.training.data.held_out import held_out_text
from engine.training.evaluation.side_information import NOTHING, SideInformation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.models.interface import LanguageModel
    from engine.training.data.held_out import HeldOut


@dataclass(frozen=True)
class Evaluation:
    loss: float
    """Nats per token; infinite when the model called something impossible that happened."""
    bits_per_byte: float
    """Of tokens and side information; infinite as the loss is."""
    tokens: int
    bytes: int
    impossible: int
    """Tokens to which the model gave no probability at all."""
    side: SideInformation = NOTHING
    pseudo_likelihood: bool = False
    """The loss is a masked model's, which is given the tokens on both sides: bits per byte are no code length."""

    @property
    def perplexity(self) -> float:
        return math.exp(self.loss) if self.loss < 700 else math.inf


def evaluate(
    model: LanguageModel,
    ids: NDArray[np.integer],
    text_bytes: int,
    end_of_text: int,
    side: SideInformation = NOTHING,
) -> Evaluation:
    """Score a whole text of `text_bytes` UTF-8 bytes, each document behind end-of-text."""
    held_out = held_out_text(ids, end_of_text, ends_count=model.is_causal)
    return evaluate_spans(model, held_out, text_bytes, side)


def evaluate_spans(
    model: LanguageModel,
    held_out: HeldOut,
    text_bytes: int,
    side: SideInformation = NOTHING,
    *,
    of_tokens: int | None = None,
) -> Evaluation:
    """Score documents or conversations, each by itself.

    `text_bytes`: UTF-8 bytes of what is scored, and `side` what it costs beside its tokens. Or both of a larger text
    with `of_tokens` tokens that it is a sample of: then bits per byte are those of the larger text, if all of its
    tokens cost as much.
    """
    log_p = model.span_log_probabilities(held_out.ids, held_out.spans)[held_out.scored]
    nats = -float(log_p.sum())
    loss = nats / max(1, len(log_p))
    bits = (nats if of_tokens is None else loss * of_tokens) / math.log(2)
    return Evaluation(
        loss=loss,
        bits_per_byte=(bits + side.bits) / max(1, text_bytes),
        tokens=len(log_p),
        bytes=text_bytes,
        impossible=int(np.isneginf(log_p).sum()),
        side=side,
        pseudo_likelihood=not model.is_causal,
    )
