"""A network's input embeddings: nearest tokens and directions.

Tokens that occur in the same contexts get embeddings that point the same way (Mikolov et al. 2013).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import MisuseError
from engine.sanitize import quoted
from engine.studies.results.embeddings import Neighbor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.models.interface import LanguageModel
    from engine.tokenizers.interface import Tokenizer

MOST_PIECES = 12
"""Tokens of a word in an error message."""

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]


def embeddings_of(model: LanguageModel) -> Matrix:
    """Return the input embeddings, shape (vocabulary, width). Raises MisuseError for a model without any."""
    network = getattr(model, "network", None)
    if network is None:
        raise MisuseError(
            "this model counts and has no embeddings; choose a run of a network, such as an MLP or a GPT"
        )
    from torch import nn

    embedding = next(module for module in network.modules() if isinstance(module, nn.Embedding))
    weights: Matrix = embedding.weight.detach().float().cpu().numpy().astype(np.float64)
    return weights


def token_of(tokenizer: Tokenizer, word: str) -> int:
    """Return the id of a word that is one token, with or without a blank before it.

    Raises MisuseError, with its pieces, for any other.
    """
    for text in (f" {word}", word):
        ids = tokenizer.encode(text)
        if len(ids) == 1 and tokenizer.decode(ids).strip() == word.strip():
            return ids[0]
    ids = tokenizer.encode(f" {word}")
    pieces = " ".join(repr(tokenizer.token_text(token)) for token in ids[:MOST_PIECES])
    if len(ids) > MOST_PIECES:
        pieces += f" … ({len(ids):,} tokens)"
    raise MisuseError(f"{quoted(word)} is not one token of this run but {pieces}; choose a word that is one")


def direction(weights: Matrix, tokenizer: Tokenizer, formula: str) -> tuple[NDArray[np.float64], list[int]]:
    """Return the embedding of a word, or of `king - man + woman`, and the ids of its words.

    The words' embeddings have length 1 in the sum. Raises MisuseError as `token_of` does.
    """
    parts = re.findall(r"(^|\s[+-]\s)\s*(\S+)", formula.strip())
    if not parts or "".join("".join(part) for part in parts).replace(" ", "") != formula.replace(" ", ""):
        raise MisuseError(
            f"{quoted(formula)} is no word and no sum of words; write it as in 'king - man + woman'"
        )
    directions, total, ids = unit(weights), np.zeros(weights.shape[1]), []
    for sign, word in parts:
        ids.append(token_of(tokenizer, word))
        total += (-1.0 if "-" in sign else 1.0) * directions[ids[-1]]
    return total, ids


def neighbors(weights: Matrix, tokenizer: Tokenizer, formula: str, top: int) -> tuple[Neighbor, ...]:
    """Return the tokens whose embeddings have the largest cosine with a word's, or a sum of words', without these."""
    wanted, own = direction(weights, tokenizer, formula)
    cosines = unit(weights)[: tokenizer.vocabulary_size] @ unit(wanted[None])[0]
    cosines[own] = -np.inf
    order = np.argsort(-cosines, kind="stable")[:top].tolist()
    return tuple(
        Neighbor(id=token, text=tokenizer.token_text(token), cosine=float(cosines[token])) for token in order
    )


def unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows of length 1, so that products of them are cosines."""
    scaled: NDArray[np.float64] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return scaled
