from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from engine.errors import LilmError, MisuseError
from engine.models.ngram.estimate import estimate_size
from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel, load_ngram
from tests.unit.models.ngram.texts import END, VOCABULARY, array, texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

IDS = np.random.default_rng(3).integers(0, VOCABULARY, 400)
EVERY_SMOOTHING = ["kneser-ney", "raw", "add-k", "stupid-backoff"]


def build(smoothing: str = "kneser-ney", order: int = 3, ids: np.ndarray = IDS) -> NgramModel:
    return NgramModel.build(ids, NgramConfig(order=order, smoothing=smoothing), VOCABULARY, END)  # type: ignore[arg-type]


@pytest.mark.parametrize("smoothing", EVERY_SMOOTHING)
@pytest.mark.parametrize("order", [1, 4])
def test_a_saved_model_comes_back(tmp_path: Path, smoothing: str, order: int) -> None:
    model = build(smoothing, order)
    model.save(tmp_path)
    loaded = load_ngram(tmp_path)
    np.testing.assert_array_equal(loaded.log_probabilities(IDS), model.log_probabilities(IDS))
    np.testing.assert_array_equal(loaded.session().feed([1, 2]), model.session().feed([1, 2]))
    ties = np.arange(VOCABULARY)
    assert loaded.session().break_tie(ties) == model.session().break_tie(ties)
    assert (loaded.config, loaded.entries, loaded.notes) == (model.config, model.entries, model.notes)
    assert json.loads((tmp_path / "config.json").read_text())["model_type"] == "lilm-ngram"


@pytest.mark.parametrize("damaged", ["config.json", "model.safetensors"])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"\x00" * 40])
def test_missing_and_damaged_files_are_told(tmp_path: Path, damaged: str, content: bytes | None) -> None:
    build().save(tmp_path)
    (tmp_path / damaged).unlink()
    if content is not None:
        (tmp_path / damaged).write_bytes(content)
    with pytest.raises(LilmError, match=str(tmp_path)):
        load_ngram(tmp_path)


def test_files_of_two_models_are_not_mixed_up(tmp_path: Path) -> None:
    for name, order in (("a", 3), ("b", 4)):
        (tmp_path / name).mkdir()
        build(order=order).save(tmp_path / name)
    (tmp_path / "a" / "model.safetensors").rename(tmp_path / "b" / "model.safetensors")
    with pytest.raises(LilmError, match="damaged"):
        load_ngram(tmp_path / "b")


def test_truncated_weights_are_told(tmp_path: Path) -> None:
    build().save(tmp_path)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-9])
    with pytest.raises(LilmError, match="damaged"):
        load_ngram(tmp_path)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("tokens.2", lambda array: array.astype(np.float32)),
        ("begin.2", lambda array: array.astype(np.float64)),
        ("scores.1", lambda array: array.astype(np.int64)),
        ("scores.1", lambda array: array.reshape(1, -1)),
        ("scores.2", lambda array: np.full_like(array, np.nan)),
        ("rest.1", lambda array: array > 0),
    ],
)
def test_arrays_of_another_kind_are_damaged(
    tmp_path: Path, name: str, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    build().save(tmp_path)
    weights = tmp_path / "model.safetensors"
    tensors = load_file(weights)
    save_file(tensors | {name: np.ascontiguousarray(change(tensors[name]))}, weights)
    with pytest.raises(LilmError, match="damaged"):
        load_ngram(tmp_path)


@given(texts, texts, st.sampled_from(EVERY_SMOOTHING))
def test_rewinding_is_as_beginning_anew(first: list[int], second: list[int], smoothing: str) -> None:
    model = build(smoothing)
    session = model.session()
    for ids in (first, second, first + second, []):
        np.testing.assert_array_equal(session.rewind(ids), model.session().feed(ids))
        assert session.ids == ids


@given(st.lists(st.integers(0, VOCABULARY - 1), max_size=12), st.sampled_from(EVERY_SMOOTHING))
def test_feeding_at_once_is_as_one_by_one(ids: list[int], smoothing: str) -> None:
    model = build(smoothing)
    session = model.session()
    log_probs = session.feed([])
    for token in ids:
        log_probs = session.feed([token])
    np.testing.assert_array_equal(log_probs, model.session().feed(ids))


def test_a_long_text_is_scored_as_its_parts_are(monkeypatch: pytest.MonkeyPatch) -> None:
    model = build(order=4)
    whole = model.log_probabilities(IDS)
    for size in (1, 7, 100):
        monkeypatch.setattr("engine.models.ngram.model.TOKENS_AT_ONCE", size)
        np.testing.assert_array_equal(model.log_probabilities(IDS), whole)


def test_nothing_to_score_gives_no_scores() -> None:
    assert build().log_probabilities(array([])).shape == (0,)
    assert build().log_probabilities(array([1])).shape == (0,)


def test_foreign_ids_are_refused() -> None:
    model = build()
    for wrong in (VOCABULARY, -1):
        with pytest.raises(MisuseError, match="no token"):
            model.session().feed([wrong])
        with pytest.raises(MisuseError, match="the vocabulary"):
            model.log_probabilities(array([1, wrong]))


def test_the_model_tells_its_size() -> None:
    model = build(order=3)
    assert model.parameter_count == sum(model.entries)
    assert model.context_length == 2
    assert model.vocabulary_size == VOCABULARY
    assert len(model.entries) == 3


@pytest.mark.parametrize("smoothing", EVERY_SMOOTHING)
def test_the_size_of_a_small_model_is_known_before_it_is_built(smoothing: str) -> None:
    model = build(smoothing)
    estimate = estimate_size(IDS, model.config, VOCABULARY, END)
    assert estimate.entries == model.entries
    assert estimate.memory_bytes == pytest.approx(model.memory_bytes, rel=0.01, abs=64)


def test_the_size_of_a_larger_text_is_drawn_out_from_a_sample() -> None:
    ids = np.random.default_rng(0).zipf(1.3, 40_000) % 500
    config = NgramConfig(order=3)
    model = NgramModel.build(ids, config, 500, END)
    estimate = estimate_size(ids[:10_000], config, 500, END, tokens=40_000)
    assert estimate.memory_bytes == pytest.approx(model.memory_bytes, rel=0.15)
