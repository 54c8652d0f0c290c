"""Temperature on a distribution of which a part is shown."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sampling.config import SamplingConfig
from engine.sampling.numpy_backend import truncate
from tui.widgets.tempering import Cutoffs, kept, tempered

distributions = st.lists(st.floats(1e-6, 1), min_size=1, max_size=20).map(lambda w: np.array(w) / sum(w))


@given(distributions, st.floats(0.05, 5))
def test_a_whole_distribution_is_tempered_exactly(p: np.ndarray, temperature: float) -> None:
    shares, rest = tempered(np.log(p).tolist(), temperature)
    expected = (p / p.max()) ** (1 / temperature)
    assert shares == pytest.approx(list(expected / expected.sum()))
    assert rest == 0


@given(distributions, st.integers(1, 1000), st.floats(0.05, 0.99), st.floats(0.05, 5))
def test_what_is_not_shown_counts_as_spread_evenly(
    p: np.ndarray, others: int, known: float, temperature: float
) -> None:
    whole = np.concatenate([p * known, np.full(others, (1 - known) / others)])
    expected, _ = tempered(np.log(np.maximum(whole, 1e-300)).tolist(), temperature)
    shares, rest = tempered(np.log(p * known).tolist(), temperature, others)
    assert shares == pytest.approx(expected[: len(p)], abs=1e-6)
    assert math.fsum(shares) + rest == pytest.approx(1)


@pytest.mark.parametrize(
    ("temperature", "share"), [(0.5, 16 / 29), (1, 4 / 13), (2, 2 / (7 + 2 * math.sqrt(2)))]
)
def test_counts_of_a_bigram(temperature: float, share: float) -> None:
    """Four of thirteen continuations; the others were seen twice, twice, and once each."""
    counts = [4, 2, 2, 1, 1, 1, 1, 1]
    shares, _ = tempered([math.log(count / 13) for count in counts], temperature)
    assert shares[0] == pytest.approx(share)


def test_temperature_zero_is_greedy() -> None:
    assert tempered([math.log(0.4), math.log(0.4), math.log(0.2)], 0) == ([1, 0, 0], 0)
    coldest, _ = tempered([math.log(0.5), math.log(0.3)], 1e-6, 100)
    assert coldest == pytest.approx([1, 0])
    assert tempered([], 1) == ([], 0)


@given(
    distributions,
    st.integers(1, 30),
    st.sampled_from([None, 1, 3, 8]),
    st.sampled_from([None, 0.1, 0.5, 0.9, 1.0]),
    st.sampled_from([None, 0.05, 0.5, 1.0]),
)
def test_the_cut_offs_are_those_of_sampling(
    p: np.ndarray, shown: int, top_k: int | None, top_p: float | None, min_p: float | None
) -> None:
    ranked = np.sort(p)[::-1]
    config = SamplingConfig(top_k=top_k, top_p=top_p, min_p=min_p)
    expected = int((truncate(ranked, config) > 0).sum())
    known = ranked[:shown].tolist()
    found = kept(known, float(ranked[shown:].sum()), Cutoffs(top_k, top_p, min_p))
    if len(set(p.round(12))) == len(p):
        assert found == min(expected, len(known))
