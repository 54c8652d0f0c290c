"""The ARPA text format for n-gram models, which KenLM, SRILM and many others read.

A line for each n-gram: log10 p, the tokens and, where longer n-grams begin with it, log10 of the backoff
weight. LiLM's end of text has two names there: `<s>` opens a document, `</s>` closes it.

Raw counts have the backoff weight of an impossible event, so that a text with an n-gram that was never seen has a
probability of 10^-99 or less in place of 0.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import MisuseError
from engine.files.storage import atomic_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from engine.models.ngram.model import NgramModel

OPENING, CLOSING = "<s>", "</s>"
IMPOSSIBLE = -99.0
"""Placeholder of log10(0)."""

LINES_AT_ONCE = 1 << 14


def write_arpa(model: NgramModel, token_names: Sequence[str], path: Path) -> None:
    """Write all n-grams of a Kneser-Ney model or of raw counts with their probabilities and backoff weights.

    `token_names[id]` is the spelling of a token, such as `tokenizer.token_text(id)`. The format separates tokens
    by blanks, so a blank in a name is written as `\\u0020`, a backslash twice; a repeated or empty name
    gets `\\#` and the id.

    Raises MisuseError for other smoothing, whose values are not backoff probabilities, and for too few
    names; LilmError when the file cannot be written.
    """
    if model.config.smoothing_used not in ("kneser-ney", "raw"):
        raise MisuseError(
            f"ARPA files hold backoff probabilities, and {model.config.smoothing_used} has none; "
            "build the model with kneser-ney or raw"
        )
    if len(token_names) < model.vocabulary_size:
        raise MisuseError(f"{len(token_names)} token names are not enough for {model.vocabulary_size} tokens")
    names = _spellings(token_names[: model.vocabulary_size])
    trie = model.table.trie
    sizes = [trie.vocabulary_size + 1, *(trie.size(n) for n in range(2, trie.order + 1))]
    with atomic_file(path) as file:
        header = ["\\data\\", *(f"ngram {n}={size}" for n, size in enumerate(sizes, 1))]
        file.write(("\n".join(header) + "\n").encode())
        for n in range(1, trie.order + 1):
            file.write(f"\n\\{n}-grams:\n".encode())
            for lines in _lines(model, names, n):
                file.write("".join(lines).encode())
        file.write(b"\n\\end\\\n")


def _spellings(token_names: Sequence[str]) -> list[str]:
    """Return unique names without blanks."""
    spellings: list[str] = []
    taken = {OPENING, CLOSING, ""}
    for token, name in enumerate(token_names):
        spelled = "".join(_spelling(sign) for sign in name)
        if spelled in taken:
            spelled += f"\\#{token}"
        taken.add(spelled)
        spellings.append(spelled)
    return spellings


def _spelling(sign: str) -> str:
    if sign == "\\":
        return 2 * sign
    return sign if sign.isprintable() and not sign.isspace() else f"\\u{ord(sign):04x}"


def _lines(model: NgramModel, names: list[str], order: int) -> Iterator[list[str]]:
    table, end = model.table, model.end_of_text
    normalized = table.log_probs[order - 1]
    if table.totals:
        normalized = normalized - table.totals[order - 1][table.trie.parents(order) if order > 1 else 0]
    log_probs = np.maximum(normalized / math.log(10), IMPOSSIBLE)
    weights = np.zeros_like(log_probs)
    if order < table.trie.order:
        weights = np.maximum(table.backoffs[order - 1] / math.log(10), IMPOSSIBLE)
    if order == 1:
        yield [f"{IMPOSSIBLE:g}\t{OPENING}\t{weights[end]:.10g}\n"]
        weights[end] = 0.0
    for start in range(0, len(log_probs), LINES_AT_ONCE):
        numbers = np.arange(start, min(start + LINES_AT_ONCE, len(log_probs)))
        lines = []
        for number, tokens in zip(numbers, table.trie.paths(order, numbers).tolist(), strict=True):
            words = [names[token] for token in tokens]
            if order > 1 and tokens[0] == end:
                words[0] = OPENING
            if tokens[-1] == end:
                words[-1] = CLOSING
            weight = f"\t{weights[number]:.10g}" if weights[number] else ""
            lines.append(f"{log_probs[number]:.10g}\t{' '.join(words)}{weight}\n")
        yield lines
