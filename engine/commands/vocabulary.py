"""The options of `lilm tokenize` that go from ids to text: `--decode` and `--vocabulary`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.commands.common.printing import notice, say, say_json, table
from engine.errors import MisuseError
from engine.files.storage import runs_folder
from engine.runs.folder import Run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.tokenizers.interface import Tokenizer


def decode(tokenizer: Tokenizer, texts: Iterable[str], *, json: bool) -> None:
    """Print the text of ids, separated by blanks or commas. Raises MisuseError for anything else."""
    for text in texts:
        parts = re.split(r"[\s,]+", text.strip(" \n[],"))
        if not all(part.isascii() and part.isdigit() and len(part) < 12 for part in parts):
            raise MisuseError(f"--decode takes ids such as '17 4 2', not {text!r}")
        ids = [int(part) for part in parts]
        if beyond := [token for token in ids if token >= tokenizer.vocabulary_size]:
            raise MisuseError(f"there is no id {beyond[0]}; the vocabulary has {tokenizer.vocabulary_size:,}")
        decoded = tokenizer.decode(ids)
        if json:
            tokens = [tokenizer.token_text(token) for token in ids]
            say_json({"ids": ids, "tokens": tokens, "text": decoded})
        else:
            say(decoded)


def show_vocabulary(name: str, tokenizer: Tokenizer, *, json: bool) -> None:
    """Print each token with its id, text and bytes, and how often a run's training text has it."""
    counts = _frequencies(name, tokenizer)
    special = set(tokenizer.special_tokens.values())
    rows = []
    for token in range(tokenizer.vocabulary_size):
        piece, count = tokenizer.token_bytes(token), None if counts is None else int(counts[token])
        if json:
            say_json({"id": token, "text": tokenizer.token_text(token), "bytes": piece.hex(), "count": count})
        else:
            shown = tokenizer.token_text(token) if token in special else repr(tokenizer.token_text(token))
            rows.append((str(token), shown, piece.hex(" "), "" if count is None else f"{count:,}"))
    if not json:
        say(table(("id", "token", "bytes", "count" if counts is not None else ""), rows, left=3))


def _frequencies(name: str, tokenizer: Tokenizer) -> np.ndarray[tuple[int], np.dtype[np.int64]] | None:
    """Return how often each token occurs in the training text of a run; None where that is not known."""
    from engine.errors import LilmError
    from engine.training.data.run_tokens import tokens_of_run

    folder = runs_folder() / name
    if Path(name).name != name or not os.path.isfile(folder / "run.toml"):
        return None
    try:
        _, tokens = tokens_of_run(Run(folder), notice)
    except LilmError as error:
        notice(f"without frequencies: {error}")
        return None
    return np.bincount(tokens.train, minlength=tokenizer.vocabulary_size)
