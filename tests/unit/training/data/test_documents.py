"""Windows of documents: every token is predicted once an epoch, by what stands before it in its document."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import MisuseError
from engine.models.gpt.family import GPTConfig
from engine.models.mlp.family import MLPConfig
from engine.training.data import documents
from engine.training.data.batches import IGNORED
from engine.training.data.documents import DocumentBatches, choose_windows, document_bounds

END = 999_999
CONTEXT = 12


def text_of(lengths: list[int], *, closed: bool = True) -> np.ndarray:
    """Documents of so many tokens before their end-of-text; a token is its own place in the text."""
    tokens = np.arange(sum(lengths) + len(lengths), dtype=np.uint32)
    tokens[np.cumsum(np.array(lengths) + 1) - 1] = END
    return tokens if closed else tokens[:-1]


texts = st.builds(text_of, st.lists(st.integers(1, 40), min_size=1, max_size=25), closed=st.booleans())


def batches(text: np.ndarray, batch: int = 1, seed: int = 1, context: int = CONTEXT) -> DocumentBatches:
    return DocumentBatches(text, context, batch, seed, END)


def epoch_of(
    text: np.ndarray, *, epoch: int = 0, seed: int = 1, context: int = CONTEXT
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inputs, targets and positions of all windows of an epoch."""
    windows = batches(text, seed=seed, context=context).windows_per_epoch
    found = batches(text, windows, seed, context)
    return *found.at(epoch), found.positions(epoch)


@given(texts, st.integers(0, 2**62), st.integers(1, 20), st.integers(0, 5))
def test_every_token_is_a_target_once_an_epoch_and_its_input_stands_before_it(
    text: np.ndarray, seed: int, context: int, epoch: int
) -> None:
    inputs, targets, positions = epoch_of(text, epoch=epoch, seed=seed, context=context)
    counts = targets != IGNORED
    assert np.array_equal(counts, positions >= 0)
    assert np.array_equal(np.sort(positions[counts]), np.arange(len(text)))
    assert np.array_equal(targets[counts], text[positions[counts]])
    assert np.array_equal(inputs[counts], np.append(text, END)[positions[counts] - 1])
    assert batches(text, seed=seed, context=context).targets_per_epoch == len(text)


@given(texts)
def test_what_stands_before_a_target_is_its_document_or_enough_of_it(text: np.ndarray) -> None:
    bounds = document_bounds(text, END)
    _, _, positions = epoch_of(text)
    for window in positions:
        places = np.where(window >= 0, window, ~window)
        for place in np.flatnonzero(window >= 0):
            begin = int(bounds[np.searchsorted(bounds, window[place], side="right") - 1])
            of_document = int(window[place]) - begin + 1
            enough = min(of_document, int(documents.LOOK_BACK * CONTEXT) + 1)
            assert place + 1 >= enough
            assert np.array_equal(
                places[place + 1 - enough : place + 1], window[place] + np.arange(1 - enough, 1)
            )
            if of_document <= CONTEXT and place + 1 >= of_document:
                assert places[place + 1 - of_document] == begin


def test_documents_that_fit_are_whole_and_what_is_left_is_end_of_text() -> None:
    found = batches(text_of([3, 5, 11]), batch=2)
    inputs, targets = found.at(0)
    rows = sorted(zip(inputs.tolist(), targets.tolist(), strict=True), key=lambda row: row[0][1])
    assert rows[1] == ([END, *range(10, 21)], [*range(10, 21), END])
    short = {(END, 0, 1, 2): (0, 1, 2, END), (END, 4, 5, 6, 7, 8): (4, 5, 6, 7, 8, END)}
    for order in (list(short), list(short)[::-1]):
        wanted = [token for part in order for token in part] + [END, END]
        if rows[0][0] == wanted:
            assert rows[0][1] == [token for part in order for token in short[part]] + [IGNORED, IGNORED]
            break
    else:
        pytest.fail(f"{rows[0]} holds not the two short documents")


def test_a_long_document_goes_on_behind_what_was_seen() -> None:
    found = batches(text_of([29]), batch=3)
    rows = sorted(found.positions(0).tolist(), key=lambda row: abs(row[0]))
    assert rows[0] == list(range(12))
    assert rows[1] == [~9, ~10, ~11, *range(12, 21)]
    assert rows[2] == [~18, ~19, ~20, *range(21, 30)]


@given(texts, st.lists(st.integers(0, 60), min_size=1, max_size=5), st.sampled_from([1, 2, 3, 6]))
def test_a_step_is_a_function_of_its_number_and_ranks_tile_it(
    text: np.ndarray, steps: list[int], world: int
) -> None:
    asked = batches(text, 6)
    for step in steps:
        whole = asked.at(step)
        parts = [batches(text, 6).at(step, rank, world) for rank in range(world)]
        assert np.array_equal(whole, np.concatenate(parts, axis=1))


@given(texts, st.sampled_from([1, 2, 3, 6]))
def test_processes_together_predict_every_token_once_an_epoch(text: np.ndarray, world: int) -> None:
    ranks = [batches(text, 6) for _ in range(world)]
    positions = np.concatenate(
        [
            found.positions(step, rank, world).ravel()
            for step in range(ranks[0].windows_per_epoch)  # as many steps as an epoch has windows: six epochs
            for rank, found in enumerate(ranks)
        ]
    )
    assert np.array_equal(np.bincount(positions[positions >= 0]), np.full(len(text), 6))


def test_epochs_differ_and_seeds_differ() -> None:
    text = text_of([4, 5, 6, 7, 8] * 20)
    found = batches(text, batch=batches(text).windows_per_epoch)
    assert not np.array_equal(found.positions(0), found.positions(1))
    other = batches(text, batch=found.batch_size, seed=2)
    assert not np.array_equal(found.positions(0), other.positions(0))
    with pytest.raises(MisuseError, match="shared evenly"):
        batches(text, 4).at(0, 0, 3)


def test_the_order_is_pinned() -> None:
    """A run that is resumed by a later version must see the same batches."""
    found = batches(text_of([4, 5, 6, 7, 30] * 4), batch=4, seed=1337)
    assert found.positions(3)[:, 0].tolist() == [182, 11, -150, 83]


def test_ends_are_found_across_the_stretches_of_a_mapped_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "SCAN_TOKENS", 4)
    text = text_of([2, 9, 0, 3], closed=False)
    assert document_bounds(text, END).tolist() == [0, 3, 13, 14, 17]


def test_auto_takes_documents_where_many_fit() -> None:
    gpt = GPTConfig(context_length=16)
    assert choose_windows(text_of([10] * 40), gpt, END) == "documents"
    assert choose_windows(text_of([10] * 20), gpt, END) == "epochs"
    assert choose_windows(text_of([1000]), gpt, END) == "epochs"
    assert choose_windows(text_of([10] * 40 + [300]), gpt, END) == "documents"
    assert choose_windows(text_of([10] * 40 + [600]), gpt, END) == "epochs"
    assert choose_windows(text_of([10] * 40), MLPConfig(context_length=16), END) == "epochs"
