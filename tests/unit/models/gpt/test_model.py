"""The GPT against transformers, and its session against its bulk logits."""

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import LilmError
from engine.models.gpt.building import load_gpt
from engine.models.gpt.decode.cuda import FixedShapeDecoder
from engine.models.gpt.decode.kv_cache import KVCache
from engine.models.gpt.family import GPTConfig
from engine.models.gpt.model import GPT
from engine.models.gpt.network import build_network
from engine.models.loading import load_model
from engine.models.registry import parameter_count
from tests.unit.models.shapes import CONTEXT, GPT_CONFIGS, VOCABULARY, gpt

configs = pytest.mark.parametrize("config", GPT_CONFIGS.values(), ids=GPT_CONFIGS)
ids_in_context = st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=CONTEXT)
any_ids = st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=3 * CONTEXT)


@configs
def test_transformers_reads_our_folder_and_agrees(config: GPTConfig, tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    model = gpt(config)
    model.save(tmp_path)
    theirs = transformers.AutoModelForCausalLM.from_pretrained(tmp_path, dtype=torch.float32).eval()
    ids = torch.randint(VOCABULARY, (3, CONTEXT))
    with torch.no_grad():
        assert torch.allclose(theirs(ids).logits, model.network(ids), atol=1e-4)


@configs
def test_a_saved_model_is_the_same_model(config: GPTConfig, tmp_path: Path) -> None:
    model = gpt(config)
    model.save(tmp_path)
    loaded = load_model(tmp_path)
    assert isinstance(loaded, GPT)
    assert loaded.end_of_text == model.end_of_text
    assert loaded.network.config == config
    assert loaded.parameter_count == model.parameter_count
    for name, tensor in model.network.state_dict().items():
        assert torch.equal(tensor, loaded.network.state_dict()[name]), name


@configs
def test_parameters_by_arithmetic_are_those_of_the_network(config: GPTConfig) -> None:
    assert gpt(config).parameter_count == parameter_count(config, VOCABULARY)


def test_a_damaged_folder_is_one_sentence(tmp_path: Path) -> None:
    gpt(GPT_CONFIGS["qwen3"]).save(tmp_path)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(LilmError, match="cannot load the model"):
        load_gpt(tmp_path)


@pytest.mark.parametrize("name", ["qwen3-grouped", "gpt2"])
@settings(max_examples=15, deadline=None)
@given(ids=ids_in_context, cut=st.integers(0, CONTEXT))
def test_feeding_in_pieces_scores_as_the_whole(name: str, ids: list[int], cut: int) -> None:
    model = gpt(GPT_CONFIGS[name])
    session = model.session()
    session.feed(ids[:cut])
    with torch.no_grad():
        expected = model.network(torch.tensor([ids]))[0, -1].numpy()
    assert np.allclose(session.feed(ids[cut:]), expected, atol=1e-5)


@pytest.mark.parametrize("name", ["qwen3", "gpt2"])
@settings(max_examples=15, deadline=None)
@given(before=any_ids, common=st.integers(0, CONTEXT), after=ids_in_context)
def test_rewinding_scores_as_a_fresh_session(
    name: str, before: list[int], common: int, after: list[int]
) -> None:
    model = gpt(GPT_CONFIGS[name])
    session = model.session()
    session.feed(before)
    wanted = (before[:common] + after)[:CONTEXT]
    rewound = session.rewind(wanted)
    assert session.ids == wanted
    assert np.allclose(rewound, model.session().feed(wanted), atol=1e-5)


@pytest.mark.parametrize("name", ["qwen3", "gpt2"])
def test_a_full_context_slides_and_keeps_at_least_half(name: str) -> None:
    model = gpt(GPT_CONFIGS[name])
    session = model.session()
    ids = torch.randint(VOCABULARY, (3 * CONTEXT,)).tolist()
    for count, token in enumerate(ids, start=1):
        logits = session.feed([token])
        if count % 5:
            continue
        seen = [model.session().feed(ids[count - back : count]) for back in range(1, min(count, CONTEXT) + 1)]
        matching = [back for back, other in enumerate(seen, 1) if np.allclose(logits, other, atol=1e-5)]
        assert max(matching, default=0) >= min(count, CONTEXT // 2), count


@configs
def test_the_step_of_fixed_shapes_scores_as_the_network(config: GPTConfig) -> None:
    """The step that a CUDA graph is captured from, run on a CPU."""
    model = gpt(config)
    cache = KVCache(
        layers=config.layers,
        batch=1,
        kv_heads=config.kv_heads,
        capacity=config.context_length,
        head_width=config.head_width,
        device=torch.device("cpu"),
        dtype=torch.float32,
    )
    decoder = FixedShapeDecoder(model.network, cache)
    ids = torch.randint(VOCABULARY, (1, CONTEXT))
    with torch.inference_mode():
        model.network(ids[:, :4], cache)
        expected = model.network(ids)[0]
        for place in range(4, CONTEXT):
            logits = decoder.step([int(ids[0, place])])
            assert torch.allclose(logits[0], expected[place], atol=1e-5)


@configs
def test_bulk_scores_are_those_of_the_session(config: GPTConfig) -> None:
    model = gpt(config)
    ids = np.random.default_rng(0).integers(VOCABULARY, size=CONTEXT + 1)
    session = model.session()
    expected = []
    for token, following in itertools.pairwise(ids):
        logits = session.feed([int(token)]).astype(np.float64)
        expected.append(logits[following] - np.logaddexp.reduce(logits))
    assert np.allclose(model.log_probabilities(ids), expected, atol=1e-5)


def test_a_long_text_is_scored_whole_with_half_a_context_at_least() -> None:
    model = gpt(GPT_CONFIGS["qwen3"])
    ids = np.random.default_rng(0).integers(VOCABULARY, size=5 * CONTEXT + 3)
    scored = model.log_probabilities(ids)
    assert scored.shape == (len(ids) - 1,)
    assert (scored < 0).all()
    last = model.log_probabilities(ids[-CONTEXT // 2 - 1 :])[-1]
    assert scored[-1] != pytest.approx(last), "the last token saw no more than half a context"


def test_a_fresh_network_knows_nothing() -> None:
    torch.manual_seed(0)
    for config in GPT_CONFIGS.values():
        model = GPT(build_network(config, VOCABULARY), VOCABULARY, VOCABULARY - 1)
        ids = np.random.default_rng(0).integers(VOCABULARY, size=400)
        assert -model.log_probabilities(ids).mean() == pytest.approx(np.log(VOCABULARY), abs=0.1)
