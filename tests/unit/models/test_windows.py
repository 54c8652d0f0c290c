from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.models.interface import LanguageModel, Session
from engine.models.windows import Spans, ranges, scoring_windows, span_windows

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

tokens = st.integers(0, 200)
contexts = st.integers(1, 40)


@given(tokens, contexts, st.data())
def test_every_token_is_predicted_once_and_sees_enough(count: int, context: int, data: st.DataObject) -> None:
    stride = data.draw(st.none() | st.integers(1, context))
    enough = context - (stride or max(1, context // 2))
    predicted = []
    for window in scoring_windows(count, context, stride):
        assert 0 <= window.start < window.end <= count - 1
        assert window.end - window.start <= context
        for target in range(window.first, window.end + 1):
            predicted.append(target)
            assert target - window.start >= min(target, enough)
    assert predicted == list(range(1, count))


def test_a_stride_of_the_context_gives_separate_windows() -> None:
    assert [window.start for window in scoring_windows(13, 4, stride=4)] == [0, 4, 8]


spans_of_text = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30)), max_size=8)


@given(spans_of_text, contexts)
def test_spans_are_predicted_in_order_by_their_own_documents(
    documents: list[tuple[int, int]], context: int
) -> None:
    lengths = np.array([length for length, _ in documents], dtype=np.int64)
    before = np.array([skipped for _, skipped in documents], dtype=np.int64)
    ends = np.cumsum(lengths + before + 1)
    spans = Spans(ends - lengths - before - 1, ends - lengths, ends)
    predicted = []
    for window in span_windows(spans, context):
        document = int(np.searchsorted(ends, window.end, side="right"))
        assert spans.begins[document] <= window.start < window.end
        assert window.end - window.start <= context
        for target in range(window.first, window.end + 1):
            predicted.append(target)
            seen = target - window.start
            assert seen >= min(target - spans.begins[document], max(1, context // 2))
    assert predicted == spans.targets.tolist()
    assert ranges(spans.firsts, spans.lengths).tolist() == predicted


class Echo(LanguageModel):
    """The probability of a token says how many were looked at before it."""

    vocabulary_size = parameter_count = 1
    context_length = None

    def log_probabilities(self, ids: NDArray[np.integer]) -> NDArray[np.float64]:
        return -np.arange(1.0, len(ids))

    def session(self) -> Session:
        raise NotImplementedError

    def save(self, folder: Path) -> None:
        raise NotImplementedError


def test_a_model_without_a_limit_looks_back_to_the_begin() -> None:
    spans = Spans(np.array([0, 3]), np.array([1, 6]), np.array([3, 9]))
    assert Echo().span_log_probabilities(np.arange(9), spans).tolist() == [-1, -2, -3, -4, -5]
