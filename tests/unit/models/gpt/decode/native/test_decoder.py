"""The compiled step against the networks, in every shape and format, with any number of threads."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

import pytest
import torch

from engine.models.family import WEIGHT_FORMATS
from engine.models.gpt import model as model_module
from engine.models.gpt.decode.native import compilation, trial
from engine.models.gpt.decode.native.library import load_library
from engine.models.quantization import round_weights
from tests.unit.models.shapes import CONTEXT, GPT_CONFIGS, VOCABULARY, gpt

if TYPE_CHECKING:
    import ctypes
    from collections.abc import Iterator
    from pathlib import Path

    from engine.models.family import WeightFormat
    from engine.models.gpt.family import GPTConfig
    from engine.models.gpt.model import GPT

MOST_THREADS = 5

configs = pytest.mark.parametrize("config", GPT_CONFIGS.values(), ids=GPT_CONFIGS)
IDS = torch.randint(VOCABULARY, (3 * CONTEXT,), generator=torch.Generator().manual_seed(1)).tolist()


@pytest.fixture(scope="module")
def library_path(request: pytest.FixtureRequest) -> Path:
    """Compiled where the sources have changed since the last tests."""
    path = compilation.compiled_library(request.config.cache.mkdir("decoder"))
    return path or pytest.skip("there is no C++ compiler")


@pytest.fixture(scope="module")
def library(library_path: Path) -> ctypes.CDLL:
    found = load_library(library_path)
    assert found
    return found


@pytest.fixture(autouse=True)
def _compiled(library: ctypes.CDLL, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(model_module, "native_library", lambda: library)
    before = torch.get_num_threads()
    torch.set_num_threads(MOST_THREADS)
    yield
    torch.set_num_threads(before)


def prepared(config: GPTConfig, weights: WeightFormat = "fp32") -> GPT:
    model = gpt(config)
    model.prepare_inference(weights)
    assert model.native
    return model


@configs
@pytest.mark.parametrize("weights", WEIGHT_FORMATS)
def test_logits_are_those_of_the_rounded_network(config: GPTConfig, weights: WeightFormat) -> None:
    plain, model = gpt(config), prepared(config, weights)
    round_weights(plain.network, weights)
    session = model.session()
    ids = IDS[:CONTEXT]
    with torch.inference_mode():
        expected = plain.network(torch.tensor([ids]))[0]
    found = torch.stack([torch.from_numpy(session.feed([token])) for token in ids])
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("name", ["qwen3-grouped", "gpt2"])
def test_every_number_of_threads_gives_the_same_bits(name: str) -> None:
    model = prepared(GPT_CONFIGS[name], "int8")
    session, found = model.session(), {}
    for threads in (1, 2, 3, MOST_THREADS, 1, 4):
        model.native._threads.threads = threads
        session.rewind(IDS[:2])
        found[threads] = torch.stack([torch.from_numpy(session.feed([token])) for token in IDS[2:CONTEXT]])
    assert all(torch.equal(logits, found[1]) for logits in found.values())


@configs
def test_a_full_context_and_a_batch_go_on_as_with_torch(config: GPTConfig) -> None:
    plain, model = gpt(config), prepared(config)
    ours, theirs = model.session(), plain.session()
    for token in IDS:
        assert ours.feed([token]) == pytest.approx(theirs.feed([token]), abs=1e-5)
    batch, expected = model.batch_session(2), plain.batch_session(2)
    for session in (batch, expected):
        session.rewind(IDS[:3])
    for step in ({0: 1, 1: 2}, {0: 3, 1: 4}, {1: 5}, {1: 6}):
        assert batch.feed(step) == pytest.approx(expected.feed(step), abs=1e-5)


def test_sessions_of_one_model_take_turns() -> None:
    model = prepared(GPT_CONFIGS["qwen3"])
    one, other = model.session(), model.session()
    for token in IDS[:CONTEXT]:
        assert (one.feed([token]) == other.feed([token])).all()


@pytest.mark.parametrize("token", [-1, VOCABULARY])
def test_ids_outside_the_vocabulary_are_refused(token: int) -> None:
    session = prepared(GPT_CONFIGS["qwen3"]).session()
    session.feed([1, 2])
    with pytest.raises(IndexError, match="the vocabulary has 50 tokens"):
        session.feed([token])


@pytest.mark.parametrize("weights", WEIGHT_FORMATS)
def test_texts_of_a_batch_are_to_the_bit_what_they_are_alone(weights: WeightFormat) -> None:
    model, texts = prepared(GPT_CONFIGS["qwen3-grouped"], weights), 3
    model.native._threads.threads = 2
    batch, alone = model.batch_session(texts), [model.session() for _ in range(texts)]
    for session in (batch, *alone):
        session.rewind(IDS[:3])
    for step in range(5):
        tokens = {text: IDS[step * texts + text] for text in range(texts)}
        logits = batch.feed(tokens)
        for text, session in enumerate(alone):
            assert (logits[text] == session.feed([tokens[text]])).all()


def test_what_the_first_session_waits_for_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: Future[None] = Future()
    monkeypatch.setattr(model_module, "begin_compiling", lambda: compiled)
    model = prepared(GPT_CONFIGS["qwen3"])
    assert model.begin_decoding() == "compiling the decoding step, once on this machine"
    assert not gpt(GPT_CONFIGS["qwen3"]).begin_decoding(), "one that trains decodes with torch"
    compiled.set_result(None)
    assert not model.begin_decoding()


def test_training_goes_on_without_the_copy() -> None:
    model = gpt(GPT_CONFIGS["qwen3"])
    assert model.native is None


def test_the_trial_decodes_in_every_format(library_path: Path) -> None:
    assert len(WEIGHT_FORMATS) == trial.FORMATS
    assert trial.main(str(library_path)) == 0
