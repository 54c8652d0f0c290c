"""Masks in a text, filled in by a model that was trained on masked tokens.

A text has them as [mask], each in place of one token. They are filled in one after the other, the most certain first,
each given those before it (easy first: Ghazvininejad et al. 2019, "Mask-Predict").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import MisuseError
from engine.inference.generation import prompt_notice
from engine.models.interface import FILLS_NO_MASKS
from engine.sampling.numpy_backend import score_token
from engine.tokenizers.interface import MASK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.models.interface import LanguageModel
    from engine.sampling.tokens import SampledToken
    from engine.tokenizers.interface import Tokenizer

_WRITTEN = re.compile(r"\[mask\]", re.IGNORECASE)


@dataclass(frozen=True)
class Filled:
    """A text whose masks are filled in."""

    text: str
    ids: tuple[int, ...]
    """Of the text, without the end-of-text before it."""
    masks: dict[int, SampledToken]
    """Tokens that were filled in, by their index in `ids`, each with the most probable ones at its position."""
    notice: str = ""
    """Note for the user on tokens that the model does not know."""


def has_mask(text: str) -> bool:
    return bool(_WRITTEN.search(text))


def encode_masked(tokenizer: Tokenizer, text: str) -> list[int]:
    """Return the ids of a text, the mask token for each [mask], with the space that belongs to the hidden token."""
    parts = _WRITTEN.split(text)
    if _begins_words_with_spaces(tokenizer):
        parts = [part.removesuffix(" ") for part in parts[:-1]] + parts[-1:]
    ids = tokenizer.encode(parts[0])
    for part in parts[1:]:
        ids += [tokenizer.special_tokens[MASK], *tokenizer.encode(part)]
    return ids


def fill(
    model: LanguageModel,
    tokenizer: Tokenizer,
    text: str,
    alternatives: int = 0,
    begin: Sequence[int] = (),
) -> Filled:
    """Fill in the masks of a text with the most probable tokens, each with the top `alternatives` at its position.

    Special tokens are excluded: probabilities are those among all others. The ids `begin` replace those at the
    beginning of the text, its masks too.

    Raises MisuseError for a text without masks or longer than the context, and for a causal model.
    """
    if model.is_causal:
        raise MisuseError(FILLS_NO_MASKS)
    if not has_mask(text):
        raise MisuseError("there is no [mask] in the text; write [mask] in place of each token to fill in")
    ids = [tokenizer.end_of_text, *begin, *encode_masked(tokenizer, text)[len(begin) :]]
    if model.context_length is not None and len(ids) > model.context_length:
        raise MisuseError(
            f"the text has {len(ids):,} tokens with the end-of-text before it, and the model sees "
            f"{model.context_length:,} at once; shorten it"
        )
    notice = prompt_notice(model, tokenizer, ids)
    special = list(tokenizer.special_tokens.values())
    left = [index for index, token in enumerate(ids) if token == tokenizer.special_tokens[MASK]]
    filled: dict[int, SampledToken] = {}
    while left:
        log_p = model.masked_log_probabilities(ids, left)[:, : tokenizer.vocabulary_size]
        log_p[:, special] = -np.inf
        most_certain = int(log_p.max(-1).argmax())
        index = left.pop(most_certain)
        ids[index] = int(log_p[most_certain].argmax())
        filled[index - 1] = score_token(log_p[most_certain], ids[index], alternatives)
    return Filled(
        tokenizer.decode(ids[1:]),
        tuple(ids[1:]),
        dict(sorted(filled.items())),
        notice,
    )


def token_texts(tokenizer: Tokenizer, ids: tuple[int, ...]) -> list[str]:
    """Return what each token adds to the decoded text."""
    ends = [tokenizer.decode(ids[:end]) for end in range(len(ids) + 1)]
    return [longer[len(shorter) :] for shorter, longer in pairwise(ends)]


def _begins_words_with_spaces(tokenizer: Tokenizer) -> bool:
    """True when the space before a word is a part of its token, as in BPE, and false for characters and bytes."""
    return any(
        len(content) > 1 and content.startswith(b" ")
        for content in map(tokenizer.token_bytes, range(tokenizer.vocabulary_size))
    )
