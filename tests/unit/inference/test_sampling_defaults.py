"""The default sampling of a kind of model: written into a checkpoint, read from it, used by commands."""

from __future__ import annotations

import json

import pytest

from engine.inference.chat_template import tokenizer_files
from engine.inference.sampling_defaults import (
    CHAT_TEMPERATURE,
    GENERATION_CONFIG,
    MIN_P,
    TEXT_TEMPERATURE,
    default_sampling,
    generation_config,
)
from engine.sampling.config import SamplingConfig
from engine.tokenizers import build_tokenizer
from tests.unit.talks import TEXT, chat_tokenizer

USUAL = SamplingConfig()


@pytest.mark.parametrize(
    ("tokenizer", "temperature"),
    [
        (chat_tokenizer(), CHAT_TEMPERATURE),
        (build_tokenizer("byte", list), TEXT_TEMPERATURE),
        (build_tokenizer("word", lambda: [TEXT]), TEXT_TEMPERATURE),
    ],
)
def test_each_kind_of_model_carries_its_own(tokenizer, temperature, tmp_path):
    content = tokenizer_files(tokenizer, 256)[GENERATION_CONFIG]
    assert content == generation_config(tokenizer)
    assert json.loads(content)["temperature"] == temperature
    (tmp_path / GENERATION_CONFIG).write_bytes(content)
    assert default_sampling(tmp_path) == SamplingConfig(temperature=temperature, min_p=MIN_P)


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"",
        b'{"min_p": 2}',
        b"[",
        b"[1]",
        b'{"temperature": "hot"}',
        b'{"temperature": -1}',
        b'{"temperature": 1e9}',
    ],
)
def test_what_names_none_is_sampled_as_usual(content, tmp_path):
    assert default_sampling(tmp_path) == USUAL
    (tmp_path / GENERATION_CONFIG).write_bytes(content)
    assert default_sampling(tmp_path) == USUAL
