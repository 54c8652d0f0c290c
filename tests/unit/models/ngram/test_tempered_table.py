"""Drawing without the whole distribution gives what drawing from the whole distribution gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import MisuseError
from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel
from engine.sampling.config import SamplingConfig
from engine.sampling.tokens import SamplingStep
from tests.unit.models.ngram.texts import END, VOCABULARY, array, orders, texts


@given(
    texts,
    orders,
    st.sampled_from([{}, {"prune": (2,)}, {"discounts": ((0.0, 0.0, 0.0),)}]),
    texts,
    st.floats(0.1, 5),
    st.floats(0, 1, exclude_max=True),
)
def test_a_sample_is_the_one_from_the_scores(
    ids: list[int], order: int, options: dict[str, Any], text: list[int], temperature: float, uniform: float
) -> None:
    config = NgramConfig(order=order, smoothing="kneser-ney", **options)
    model = NgramModel.build(array(ids), config, VOCABULARY, END)
    log_probs = model.session().feed(text)
    powered = np.exp((log_probs - log_probs.max()) / temperature)
    probabilities = powered / powered.sum()

    session = model.session()
    sampled = session.sample(text, SamplingStep(SamplingConfig(temperature=temperature), uniform))
    assert sampled is not None
    assert session.ids == text
    assert sampled.log_probability == pytest.approx(log_probs[sampled.id], abs=1e-9)
    assert sampled.probability == pytest.approx(probabilities[sampled.id], rel=1e-9)
    assert probabilities[: sampled.id].sum() <= uniform + 1e-9
    assert probabilities[: sampled.id + 1].sum() >= uniform - 1e-9


@given(texts, orders, st.sampled_from([{}, {"prune": (2,)}]), texts, st.integers(1, VOCABULARY + 1))
def test_the_alternatives_are_the_most_likely_of_all(
    ids: list[int], order: int, options: dict[str, Any], text: list[int], count: int
) -> None:
    config = NgramConfig(order=order, smoothing="kneser-ney", **options)
    model = NgramModel.build(array(ids), config, VOCABULARY, END)
    log_probs = model.session().feed(text)
    sampled = model.session().sample(
        text, SamplingStep(SamplingConfig(temperature=1.0), 0.5, alternatives=count)
    )
    assert sampled is not None
    found = [candidate.log_probability for candidate in sampled.alternatives]
    assert found == pytest.approx(np.sort(log_probs)[::-1][:count], abs=1e-9)
    assert found == pytest.approx([log_probs[candidate.id] for candidate in sampled.alternatives], abs=1e-9)
    assert len({candidate.id for candidate in sampled.alternatives}) == len(found)
    assert [candidate.probability for candidate in sampled.alternatives] == pytest.approx(np.exp(found))

    greedy = model.session().sample(
        text, SamplingStep(SamplingConfig(temperature=0), 0.5, alternatives=count)
    )
    assert greedy is not None
    assert (greedy.id, greedy.probability) == (log_probs.argmax(), 1.0)
    assert [candidate.id for candidate in greedy.alternatives] == [other.id for other in sampled.alternatives]
    assert sum(candidate.probability for candidate in greedy.alternatives) == 1.0


def test_one_model_draws_at_several_temperatures() -> None:
    model = NgramModel.build(array([1, 2, 1, 2, 1, 3]), NgramConfig(order=3), VOCABULARY, END)
    shares = [
        model.session().sample([1], SamplingStep(SamplingConfig(temperature=temperature), 0.5))
        for temperature in (0.2, 1.0, 3.0, 0.2)
    ]
    likely = [sampled.probability for sampled in shares if sampled and sampled.id == 2]
    assert len(likely) == 4
    assert likely[0] == likely[3] > likely[1] > likely[2]


@pytest.mark.parametrize(
    ("smoothing", "temperature"), [("raw", 1.0), ("stupid-backoff", 1.0), ("kneser-ney", 0.01)]
)
def test_where_it_cannot_draw_it_feeds_nothing(smoothing: str, temperature: float) -> None:
    config = NgramConfig(order=2, smoothing=smoothing)  # type: ignore[arg-type]
    session = NgramModel.build(array([1, 2, 3]), config, VOCABULARY, END).session()
    assert session.sample([1], SamplingStep(SamplingConfig(temperature=temperature), 0.5)) is None
    assert session.ids == []


def test_foreign_ids_are_refused() -> None:
    session = NgramModel.build(
        array([1, 2, 3]), NgramConfig(order=2, smoothing="kneser-ney"), VOCABULARY, END
    ).session()
    with pytest.raises(MisuseError, match="no token"):
        session.sample([VOCABULARY], SamplingStep(SamplingConfig(temperature=1.0), 0.5))
