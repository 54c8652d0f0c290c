from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.errors import LilmError
from engine.sampling.config import SamplingConfig
from engine.sampling.numpy_backend import (
    inverse_cdf,
    log_softmax,
    penalize_repetition,
    random_generator,
    sample_token,
    softmax,
    top_tokens,
    truncate,
)
from engine.sampling.tokens import DeadEndError, SamplingStep

logits = arrays(np.float64, st.integers(1, 40), elements=st.floats(-50, 50) | st.just(-np.inf)).filter(
    lambda values: bool((values > -np.inf).any())
)
configs = st.builds(
    SamplingConfig,
    temperature=st.floats(0, 5),
    top_k=st.none() | st.integers(1, 50),
    top_p=st.none() | st.floats(0.01, 1),
    min_p=st.none() | st.floats(0, 1),
    repetition_penalty=st.floats(0.5, 3),
)
PLAIN = SamplingConfig(temperature=1.0)


def distribution(values, config, history=()):
    """The distribution that `sample_token` samples from."""
    penalized = penalize_repetition(values, history, config.repetition_penalty)
    return truncate(softmax(penalized, config.temperature), config)


STREAM_OF_1337 = [0.030196218324699875, 0.34696481790773903, 0.44626406921575423]


@given(logits, configs, st.data())
def test_any_setting_gives_a_distribution_over_what_is_possible(values, config, data):
    history = data.draw(st.lists(st.integers(0, len(values) - 1), max_size=5))
    probabilities = distribution(values, config, history)
    assert probabilities.dtype == np.float64
    assert probabilities.sum() == pytest.approx(1)
    assert (probabilities >= 0).all()
    assert (probabilities[np.isneginf(values)] == 0).all()


@given(logits)
def test_temperature_one_is_the_softmax(values):
    expected = np.exp(values - values.max())
    np.testing.assert_allclose(distribution(values, PLAIN), expected / expected.sum(), atol=1e-12)


@given(logits, st.floats(0.05, 5))
def test_temperature_keeps_the_order(values, temperature):
    probabilities = distribution(values, SamplingConfig(temperature=temperature))
    order = np.argsort(values)
    assert (np.diff(probabilities[order]) >= -1e-15).all()


@given(logits)
def test_greedy_is_the_limit_of_small_temperatures(values):
    two_best = np.sort(values)[-2:]
    assume(len(two_best) == 1 or two_best[1] - two_best[0] > 1e-3)
    greedy = distribution(values, SamplingConfig(temperature=0))
    assert greedy.max() == 1
    assert greedy.argmax() == values.argmax()
    for temperature in (1e-5, 1e-300, 5e-324):
        np.testing.assert_allclose(
            distribution(values, SamplingConfig(temperature=temperature)), greedy, atol=1e-12
        )


def test_temperature_gives_the_probabilities_worked_by_hand():
    """Counts 4, 2, 1, 1, 1: p^2 and p^(1/2) of them, normalized."""
    counts = np.log([4, 2, 1, 1, 1, 1])
    roots = 4**0.5 + 2**0.5 + 4
    for temperature, expected in ((0.5, 16 / 24), (1, 4 / 10), (2, 2 / roots)):
        assert distribution(counts, SamplingConfig(temperature=temperature))[0] == pytest.approx(expected)


@given(logits, st.integers(1, 50))
def test_top_k_keeps_k_also_among_equals(values, k):
    kept = distribution(np.round(values), SamplingConfig(temperature=1.0, top_k=k))
    assert np.count_nonzero(kept) == min(k, np.count_nonzero(distribution(np.round(values), PLAIN)))


def test_top_p_keeps_the_fewest_that_reach_it():
    values = np.log([0.1, 0.5, 0.3, 0.1])
    kept = distribution(values, SamplingConfig(temperature=1.0, top_p=0.79))
    np.testing.assert_allclose(kept, [0, 5 / 8, 3 / 8, 0])
    kept = distribution(values, SamplingConfig(temperature=1.0, top_p=0.81))
    np.testing.assert_allclose(kept, [1 / 9, 5 / 9, 3 / 9, 0])
    kept = distribution(values, SamplingConfig(temperature=1.0, top_p=0.001))
    np.testing.assert_allclose(kept, [0, 1, 0, 0])


def test_min_p_is_relative_to_the_most_likely():
    kept = distribution(np.log([0.6, 0.3, 0.06, 0.04]), SamplingConfig(temperature=1.0, min_p=0.09))
    np.testing.assert_allclose(kept, [60 / 96, 30 / 96, 6 / 96, 0])


def test_the_truncations_work_after_the_temperature_and_one_after_the_other():
    values = np.log([0.4, 0.3, 0.2, 0.1])
    # At temperature 1/2 the squares 16 : 9 : 4 : 1; top-k leaves 16 : 9 : 4, of which 0.8 needs two.
    kept = distribution(values, SamplingConfig(temperature=0.5, top_k=3, top_p=0.8))
    np.testing.assert_allclose(kept, [16 / 25, 9 / 25, 0, 0])


def test_the_repetition_penalty_makes_either_sign_less_likely_and_counts_a_token_once():
    values = np.array([2.0, -2.0, 1.0, -np.inf])
    penalized = penalize_repetition(values, [0, 1, 1, 3], 2.0)
    np.testing.assert_array_equal(penalized, [1.0, -4.0, 1.0, -np.inf])
    np.testing.assert_array_equal(values, [2.0, -2.0, 1.0, -np.inf])


def test_single_precision_logits_are_worked_on_in_double():
    values = np.array([1e-4, 0.0], dtype=np.float32)
    assert distribution(values, SamplingConfig(temperature=1e-4))[0] == pytest.approx(np.e / (np.e + 1))


def test_nothing_possible_is_a_dead_end_at_any_temperature():
    for make in (log_softmax, softmax, lambda logits: softmax(logits, 0.0)):
        with pytest.raises(DeadEndError):
            make(np.full(3, -np.inf))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_logits_that_are_no_numbers_are_said_to_come_from_a_diverged_model(bad):
    with pytest.raises(LilmError, match="diverged"):
        log_softmax(np.array([0.0, bad]))


@given(arrays(np.float64, st.integers(1, 30), elements=st.integers(-3, 3).map(float)), st.integers(0, 35))
def test_the_most_likely_come_in_order_lower_ids_first_among_equals(values, count):
    expected = sorted(range(len(values)), key=lambda token: (-values[token], token))[:count]
    assert top_tokens(values, count).tolist() == expected


@given(logits, st.floats(0, 1, exclude_max=True))
def test_a_draw_is_the_inverse_of_the_cumulative_distribution(values, uniform):
    probabilities = distribution(values, PLAIN)
    token = inverse_cdf(probabilities, uniform)
    assert probabilities[token] > 0
    assert probabilities[:token].sum() <= uniform + 1e-12
    assert probabilities[: token + 1].sum() >= uniform - 1e-12


def test_a_draw_just_below_one_never_takes_what_is_impossible():
    probabilities = np.array([0.0, 0.1, 0.2, 0.7, 0.0])
    assert inverse_cdf(probabilities, np.nextafter(1.0, 0.0)) == 3
    assert inverse_cdf(probabilities, 0.0) == 1


def test_draws_have_the_frequencies_they_should():
    probabilities = np.array([0.5, 0.2, 0.3])
    uniforms = random_generator(1).random(20_000)
    counts = np.bincount([inverse_cdf(probabilities, uniform) for uniform in uniforms], minlength=3)
    np.testing.assert_allclose(counts / 20_000, probabilities, atol=0.012)  # over three standard deviations


def test_a_seed_is_the_same_stream_for_good():
    assert random_generator(1337).random(3).tolist() == random_generator(1337).random(3).tolist()
    assert random_generator(1337).random(3).tolist() == pytest.approx(STREAM_OF_1337)
    assert random_generator(1338).random() != random_generator(1337).random()


@given(st.integers(1, 5000), st.floats(0.01, 0.999), st.integers(0, 9))
def test_top_p_of_a_large_vocabulary_is_that_of_sorting_it_all(size, share, seed):
    probabilities = np.random.default_rng(seed).dirichlet(np.ones(size))
    kept = truncate(probabilities, SamplingConfig(top_p=share))
    order = np.argsort(-probabilities, kind="stable")
    before = probabilities[order].cumsum() - probabilities[order]
    assert set(np.flatnonzero(kept)) == set(order[before < share])


def test_rank_and_entropy_are_those_of_the_model_at_temperature_one() -> None:
    step = SamplingStep(SamplingConfig(temperature=2.0), uniform=0.99, alternatives=1)
    sampled = sample_token(np.log([0.5, 0.25, 0.125, 0.125]), step, lambda equals: int(equals[0]))
    assert (sampled.id, sampled.rank) == (3, 3), "of two equals both have the higher rank"
    assert sampled.entropy == pytest.approx(1.75 * math.log(2))
