"""GGUF files: what is written comes back, and what is damaged is one sentence. llama.cpp is in tests/slow."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import LilmError
from engine.inference.loading import load_run
from engine.interchange.exporting import export
from engine.interchange.foreign_gpt import read_gguf
from engine.interchange.gguf_file import GgufFile
from engine.interchange.gguf_tokenizer import describe_tokenizer
from engine.models.gpt.family import GPTConfig
from engine.tokenizers.building import build_tokenizer
from tests.unit.inference.small_runs import make_run
from tests.unit.interchange.gpt_runs import NASTY, TEXT, decided, make_gpt
from tests.unit.models.shapes import GPT_CONFIGS

SMALL = GPTConfig(layers=1, width=8, heads=2, hidden=16, context_length=8)


@pytest.fixture(scope="module")
def small_file(tmp_path_factory):
    """A whole file of a few kilobytes."""
    folder = tmp_path_factory.mktemp("gguf")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LILM_HOME", str(folder / "home"))
        run, _ = make_gpt("small", SMALL, tokenizer="byte")
        export(run, 1, folder / "small.gguf")
    return folder / "small.gguf"


@pytest.mark.parametrize("name", GPT_CONFIGS)
def test_a_model_comes_back_as_it_was(lilm, tmp_path, name):
    run, model = make_gpt("it", GPT_CONFIGS[name], chat=True)
    path = tmp_path / "back.gguf"
    assert lilm("runs", "export", "it", str(path)).code == 0
    assert lilm("runs", "import", str(path)).code == 0
    back, before = load_run("back", device="cpu"), load_run(run, device="cpu")
    assert back.settings.model == decided(GPT_CONFIGS[name], model)
    weights = back.model.network.state_dict()
    for key, tensor in model.network.state_dict().items():
        assert torch.equal(weights[key], tensor), key
    assert [back.tokenizer.encode(text) for text in NASTY] == [
        before.tokenizer.encode(text) for text in NASTY
    ]
    assert back.tokenizer.special_tokens == before.tokenizer.special_tokens
    assert (back.chat, back.sampling) == (True, before.sampling)


@pytest.mark.parametrize("quantization", ["f16", "q8_0"])
def test_quantized_weights_are_near(tmp_path, home, quantization):
    run, model = make_gpt("it", GPT_CONFIGS["qwen3"])
    export(run, 1, tmp_path / "it.gguf", quantization)
    exact, near = model.network.state_dict(), read_gguf(tmp_path / "it.gguf")[0].network.state_dict()
    for key, tensor in exact.items():
        if tensor.ndim == 1:
            bound = torch.zeros_like(tensor)
        elif quantization == "f16":
            bound = tensor.abs() * 2**-11 + 2**-25
        else:  # half a step of 1/127 of the largest weight of each 32, whose scale is rounded to 16 bits
            largest = tensor.reshape(-1, 32).abs().amax(1, keepdim=True).expand(-1, 32)
            bound = largest.reshape(tensor.shape) * (0.5 / 127 + 2**-10)
        assert bool(((near[key] - tensor).abs() <= bound).all()), key


def test_rows_that_do_not_fit_blocks_keep_16_bits_and_that_is_said(lilm, tmp_path):
    make_gpt("small", SMALL)
    outcome = lilm("runs", "export", "small", str(tmp_path / "small.gguf"), "--quantize", "q8_0")
    assert outcome.code == 0
    assert "blk.0.attn_q.weight is kept as f16" in outcome.error


def test_numbers_are_those_of_the_file(small_file):
    file = GgufFile(small_file)
    assert file.metadata["qwen3.attention.head_count"] == 2
    assert len(file.metadata["tokenizer.ggml.tokens"]) == 257
    assert file.tensors["token_embd.weight"].shape == (257, 8)
    assert np.array_equal(
        file.tensor("token_embd.weight"), read_gguf(small_file)[0].network.lm_head.weight.detach()
    )


@pytest.mark.fault("app ends")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_one_sentence(small_file, tmp_path, data):
    content = bytearray(small_file.read_bytes())
    head = content.index(b"\x00" * 16, 200) if data.draw(st.booleans()) else len(content)
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(0, min(head, 12_000) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(0, len(content))) :]
    path = tmp_path / "damaged.gguf"
    path.write_bytes(content)
    told = ""
    try:
        read_gguf(path)
    except LilmError as error:
        told = str(error)
    assert not told or told.startswith((f"cannot import {path}: ", f"{path} cannot be used: "))
    assert "\n" not in told


def test_every_beginning_of_a_file_ends_early(small_file, tmp_path):
    content = small_file.read_bytes()
    for size in (*range(64), 1000, 5000, len(content) - 1):
        (tmp_path / "cut.gguf").write_bytes(content[:size])
        with pytest.raises(LilmError, match=r"ends early|empty"):
            read_gguf(tmp_path / "cut.gguf")


@pytest.mark.parametrize("specification", ["bpe:300:gpt2", "bpe:300:cl100k", "bpe:300:o200k", "byte"])
def test_every_pattern_has_its_name_in_llama_cpp(specification, tmp_path):
    from engine.interchange.gguf_tokenizer import read_tokenizer

    tokenizer = build_tokenizer(specification, lambda: [TEXT])
    metadata, notes = describe_tokenizer(tokenizer, tokenizer.vocabulary_size + 2)
    assert len(metadata["tokenizer.ggml.tokens"]) == tokenizer.vocabulary_size + 2
    assert bool(notes) == specification.endswith("o200k")
    back = read_tokenizer(metadata, tmp_path)
    assert [back.encode(text) for text in NASTY] == [tokenizer.encode(text) for text in NASTY]


def test_what_does_not_fit_is_refused(lilm, tmp_path, monkeypatch):
    make_run()
    make_gpt("letters", SMALL, tokenizer="char")
    make_gpt("small", SMALL)
    path = str(tmp_path / "x.gguf")
    assert "n-gram model friends does not fit" in lilm("runs", "export", "friends", path).error
    assert "no char tokenizer" in lilm("runs", "export", "letters", path).error
    outcome = lilm("runs", "export", "small", str(tmp_path / "folder"), "--quantize", "f16")
    assert (outcome.code, "--quantize is for a FILE.gguf" in outcome.error) == (2, True)
    assert lilm("runs", "export", "small", str(tmp_path / "no folder" / "x.gguf")).code == 1
    monkeypatch.setitem(sys.modules, "gguf", None)
    assert "lilm[gguf]" in lilm("runs", "export", "small", path).error
    assert [entry.name for entry in tmp_path.iterdir()] == ["home"]
