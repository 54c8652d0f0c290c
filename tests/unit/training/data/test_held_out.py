"""Held-out documents are scored each by itself, and a sample of them is the same for a seed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.models.windows import Spans
from engine.training.data.held_out import HeldOut, cut_spans, held_out_text

END = 99


def text_of(*lengths: int) -> np.ndarray:
    """Documents of so many tokens, the end-of-text behind each included."""
    documents = [np.append(np.arange(length - 1) % 90, END) for length in lengths]
    return np.concatenate([np.empty(0, np.int64), *documents]).astype(np.uint16)


texts = st.lists(st.integers(1, 40), min_size=1, max_size=20).map(lambda lengths: text_of(*lengths))


def as_lists(spans: Spans) -> list[tuple[int, int, int]]:
    return list(spans)


def test_a_document_is_looked_at_from_its_own_end_of_text_on() -> None:
    held_out = held_out_text(text_of(3, 1, 4)[:-1], END)
    assert held_out.ids.tolist() == [END, 0, 1, END, END, 0, 1, 2]
    assert as_lists(held_out.spans) == [(0, 1, 4), (3, 4, 5), (4, 5, 8)]
    assert held_out.tokens == 7
    assert held_out_text(np.empty(0, np.uint16), END).tokens == 0


@given(texts, st.integers(1, 50))
def test_cutting_keeps_every_token_and_what_may_be_looked_at(text: np.ndarray, longest: int) -> None:
    spans = held_out_text(text, END).spans
    cut = cut_spans(spans, longest)
    assert np.array_equal(cut.targets, spans.targets)
    assert cut.lengths.max() <= longest
    for begin, first, _ in cut:
        document = np.searchsorted(spans.firsts, first, side="right") - 1
        assert begin == max(spans.begins[document], first - longest) or begin == spans.begins[document]
        assert spans.begins[document] <= begin < first


@given(texts, st.integers(1, 400), st.integers(0, 2**62))
def test_a_sample_is_whole_documents_and_a_function_of_the_seed(
    text: np.ndarray, tokens: int, seed: int
) -> None:
    held_out = held_out_text(text, END)
    sample = held_out.sample(tokens, 40, seed)
    assert set(sample.spans) <= set(held_out.spans)
    assert list(sample.spans) == sorted(set(sample.spans)) == list(held_out.sample(tokens, 40, seed).spans)
    wanted = min(tokens, held_out.tokens)
    assert wanted <= sample.tokens < wanted + 40
    if tokens >= len(text):
        assert list(sample.spans) == list(held_out.spans)


def test_samples_of_other_seeds_differ() -> None:
    held_out = held_out_text(text_of(*[7] * 100), END)
    assert len({tuple(held_out.sample(70, 40, seed).spans) for seed in range(5)}) == 5


def test_a_running_text_is_sampled_in_stretches() -> None:
    held_out = held_out_text(np.zeros(1000, np.uint16), END)
    sample = held_out.sample(40, 16, seed=0)
    assert len(sample.spans) == 3
    assert all(first - begin in (1, 16) for begin, first, _ in sample.spans)


def test_only_some_tokens_may_count() -> None:
    counts = np.array([False, True, False, True, True, False])
    held_out = HeldOut(np.arange(6), Spans(np.array([0, 3]), np.array([1, 4]), np.array([3, 6])), counts)
    assert held_out.scored.tolist() == [True, False, True, False]
    assert held_out.tokens == 2
    with pytest.raises(IndexError):
        held_out.spans[np.array([2])]
