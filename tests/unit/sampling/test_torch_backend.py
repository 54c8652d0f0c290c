"""Sampling with torch against sampling with numpy, both on a CPU."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.sampling import numpy_backend, torch_backend
from engine.sampling.config import SamplingConfig
from engine.sampling.tokens import DivergedError, SamplingStep

numbers = st.floats(-50, 50, width=32) | st.integers(-2, 2).map(float) | st.just(-np.inf)
logits = arrays(np.float32, st.tuples(st.integers(1, 3), st.integers(1, 40)), elements=numbers).filter(
    lambda rows: bool((rows > -np.inf).any(1).all())
)
configs = st.builds(
    SamplingConfig,
    temperature=st.just(0.0) | st.floats(0.01, 5),
    top_k=st.none() | st.integers(1, 50),
    top_p=st.none() | st.floats(0.01, 1),
    min_p=st.none() | st.floats(0, 1),
    repetition_penalty=st.just(1.0) | st.floats(0.5, 3),
)


@given(logits, configs, st.integers(0, 12), st.data())
def test_the_device_samples_as_the_host(rows, config, alternatives, data):
    ids = st.lists(st.integers(0, rows.shape[1] - 1), max_size=5)
    uniforms = st.floats(0, 1, exclude_max=True)
    steps = [SamplingStep(config, data.draw(uniforms), data.draw(ids), alternatives) for _ in rows]
    sampled = torch_backend.sample_tokens(torch.from_numpy(rows), steps)
    for row, step, device in zip(rows, steps, sampled, strict=True):
        host = numpy_backend.sample_token(row, step, lambda equals: int(equals[0]))
        assert [other.id for other in device.alternatives] == [other.id for other in host.alternatives]
        for ours, theirs in zip(device.alternatives, host.alternatives, strict=True):
            assert numbers_of(ours) == pytest.approx(numbers_of(theirs), rel=1e-9, abs=1e-12)
        if alternatives:
            assert device.entropy == pytest.approx(host.entropy, rel=1e-9, abs=1e-9)
        else:
            assert (device.rank, device.entropy, host.rank, host.entropy) == (None,) * 4
        if device.id == host.id:
            assert device.rank == host.rank
            assert numbers_of(device) == pytest.approx(numbers_of(host), rel=1e-9, abs=1e-12)
        else:
            assert is_at_a_border(row, step, {device.id, host.id})


def is_at_a_border(row: np.ndarray, step: SamplingStep, ids: set[int]) -> bool:
    """True if rounding may decide: the uniform number lies at the border of two tokens' intervals, or a
    token's probability where the truncation does."""
    shifted = [np.clip(step.uniform + shift, 0, np.nextafter(1.0, 0)) for shift in (-1e-9, 1e-9)]
    sampled = {
        numpy_backend.sample_token(
            row, SamplingStep(loose, uniform, step.history), lambda equals: int(equals[0])
        ).id
        for uniform in shifted
        for loose in loosened(step.config)
    }
    return ids <= sampled


def loosened(config):
    for change in (-1e-9, 0, 1e-9):
        changed = {
            name: min(1.0, max(1e-12, value + change))
            for name in ("top_p", "min_p")
            if (value := getattr(config, name))
        }
        yield SamplingConfig(
            **{name: getattr(config, name) for name in ("temperature", "top_k", "top_p", "min_p")}
            | {"repetition_penalty": config.repetition_penalty}
            | changed
        )


def numbers_of(candidate):
    return candidate.log_probability, candidate.probability


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_scores_that_are_no_numbers_are_said_to_come_from_a_diverged_model(bad, temperature):
    step = SamplingStep(SamplingConfig(temperature=temperature), 0.5, alternatives=2)
    with pytest.raises(DivergedError, match="diverged"):
        torch_backend.sample_tokens(torch.tensor([[0.0, bad, 1.0]]), [step])


def test_a_uniform_just_below_one_never_takes_what_is_impossible():
    probabilities = torch.tensor([[0.0, 0.1, 0.2, 0.7, 0.0]], dtype=torch.float64)
    uniform = torch.tensor([[np.nextafter(1.0, 0.0)]], dtype=torch.float64)
    assert torch_backend.inverse_cdf(probabilities, uniform).tolist() == [[3]]
