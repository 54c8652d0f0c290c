"""An n-gram model on disk: config.json and model.safetensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import safetensors
import safetensors.numpy

from engine.errors import AbsentError, LilmError, UnreadableError
from engine.files.reading import open_regular, read_json
from engine.files.storage import atomic_file, indented_json, write_atomically
from engine.models.ngram.family import NgramConfig  # noqa: TC001  msgspec reads the annotation
from engine.models.ngram.table import Table
from engine.models.ngram.trie import Trie

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MODEL_TYPE = "lilm-ngram"
INTEGERS, FLOATS = "iu", "f"
"""Kinds of dtypes, as numpy abbreviates them."""


class SavedNgram(msgspec.Struct, frozen=True, kw_only=True):
    """Content of config.json. The arrays are described in `table.py`."""

    model_type: str = MODEL_TYPE
    family: str = "ngram"
    vocabulary_size: int
    end_of_text: int
    settings: NgramConfig
    backs_off: bool
    entries: list[int]
    notes: list[str]


def save_table(folder: Path, table: Table, config: NgramConfig, end_of_text: int) -> None:
    """Write both files atomically. Raises LilmError when they cannot be written."""
    tensors: dict[str, NDArray[Any]] = {"unseen": np.array([table.unseen])}
    for name, first, arrays in (
        ("tokens", 2, table.trie.tokens),
        ("begin", 2, table.trie.begin),
        ("scores", 1, table.log_probs),
        ("rest", 1, table.backoffs),
        ("totals", 0, table.totals),
        ("first_seen", 1, table.first_seen),
    ):
        tensors |= {f"{name}.{n}": np.ascontiguousarray(array) for n, array in enumerate(arrays, first)}
    saved = SavedNgram(
        vocabulary_size=table.trie.vocabulary_size,
        end_of_text=end_of_text,
        settings=config,
        backs_off=table.backs_off,
        entries=table.entries,
        notes=table.notes,
    )
    with atomic_file(folder / "model.safetensors") as file:
        file.write(safetensors.numpy.save(tensors))
    write_atomically(folder / "config.json", indented_json(saved))


def load_table(folder: Path) -> tuple[Table, NgramConfig, int]:
    """Return the table, its settings and the end of text. Raises LilmError when files are missing or damaged."""
    try:
        saved = read_json(folder / "config.json", SavedNgram)
        weights = folder / "model.safetensors"
        open_regular(weights).close()
        table = _table(saved, safetensors.numpy.load_file(weights))
    except AbsentError as error:
        raise LilmError(f"there is no n-gram model in {folder}: {error}") from error
    except (UnreadableError, OSError, KeyError, ValueError, safetensors.SafetensorError) as error:
        raise LilmError(
            f"the n-gram model in {folder} is damaged ({error}); take another checkpoint or build it again"
        ) from error
    return table, saved.settings, saved.end_of_text


def _table(saved: SavedNgram, tensors: dict[str, NDArray[Any]]) -> Table:
    """Return the table of the arrays. Raises KeyError or ValueError for inconsistent arrays."""
    order, size = saved.settings.order, saved.vocabulary_size
    tokens, begin = (
        _arrays(tensors, "tokens", INTEGERS, range(2, order + 1)),
        _arrays(tensors, "begin", INTEGERS, range(2, order + 1)),
    )
    above = size
    for n, (listed, ends) in enumerate(zip(tokens, begin, strict=True), 2):
        whole = ends.shape == (above + 1,) and ends[0] == 0 and ends[-1] == len(listed)
        if (
            not whole
            or (np.diff(ends) < 0).any()
            or (len(listed) and not 0 <= listed.min() <= listed.max() < size)
        ):
            raise ValueError(f"the n-grams of order {n} do not fit together")
        above = len(listed)
    trie = Trie(size, tokens, begin)

    sizes = [1, *(trie.size(n) for n in range(1, order + 1))]
    table = Table(
        trie=trie,
        log_probs=_arrays(tensors, "scores", FLOATS, range(1, order + 1)),
        backoffs=_arrays(tensors, "rest", FLOATS, range(1, order)),
        totals=_arrays(tensors, "totals", FLOATS, range(order) if "totals.0" in tensors else ()),
        unseen=float(tensors["unseen"][0]),
        backs_off=saved.backs_off,
        entries=saved.entries,
        first_seen=_arrays(
            tensors, "first_seen", INTEGERS, range(1, order + 1) if "first_seen.1" in tensors else ()
        ),
        notes=saved.notes,
    )
    for first, arrays in (
        (1, table.log_probs),
        (1, table.backoffs),
        (0, table.totals),
        (1, table.first_seen),
    ):
        if any(array.shape != (sizes[n],) for n, array in enumerate(arrays, first)):
            raise ValueError("there are not as many log-probabilities as n-grams")
    if len(saved.entries) != order or not 0 <= saved.end_of_text < size:
        raise ValueError("config.json does not fit the arrays")
    return table


def _arrays(
    tensors: dict[str, NDArray[Any]], name: str, kinds: str, orders: range | tuple[()]
) -> list[NDArray[Any]]:
    """Return the arrays of a name by order. Raises ValueError for a dtype of another kind, or for a matrix."""
    arrays = [tensors[f"{name}.{n}"] for n in orders]
    for n, array in zip(orders, arrays, strict=True):
        if array.dtype.kind not in kinds or array.ndim != 1:
            raise ValueError(f"{name}.{n} is an array of {array.dtype} with {array.ndim} dimensions")
        if kinds == FLOATS and np.isnan(array).any():
            raise ValueError(f"{name}.{n} holds NaN")
    return arrays
