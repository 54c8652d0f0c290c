"""A config.json that claims more than its tensors hold is refused before anything is allocated."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
import torch
from torch import nn

from engine.errors import LilmError
from engine.models.loading import load_model
from engine.models.mlp.family import MLPConfig
from engine.models.weights import build_for
from tests.unit.models.shapes import GPT_CONFIGS, gpt, mlp

if TYPE_CHECKING:
    from pathlib import Path


def save(folder: Path, kind: str, lilm: dict[str, Any], **fields: Any) -> None:
    model = (
        mlp(MLPConfig(context_length=4, embedding=8, hidden=16)) if kind == "mlp" else gpt(GPT_CONFIGS[kind])
    )
    model.save(folder)
    path = folder / "config.json"
    described = json.loads(path.read_bytes())
    path.write_text(json.dumps({**described, **fields, "lilm": {**described["lilm"], **lilm}}))


@pytest.mark.fault("unclear")
@pytest.mark.parametrize("kind", ["mlp", "qwen3", "gpt2"])
@pytest.mark.parametrize(
    ("lilm", "fields"),
    [
        ({"width": 1 << 20, "embedding": 1 << 30}, {}),
        ({"width": 1 << 62, "embedding": 1 << 62}, {}),
        ({"hidden": 1 << 40}, {}),
        ({"layers": 64}, {}),
        ({}, {"vocab_size": 1 << 22}),
        ({}, {"vocab_size": 1 << 40}),
        ({}, {"vocab_size": [1]}),
        ({}, {"eos_token_id": -1}),
    ],
)
def test_claims_beyond_the_file_are_refused(
    tmp_path: Path, kind: str, lilm: dict[str, Any], fields: dict[str, Any]
) -> None:
    known = {"embedding", "hidden", "layers"} if kind == "mlp" else {"width", "hidden", "layers"}
    save(tmp_path, kind, {key: value for key, value in lilm.items() if key in known}, **fields)
    with pytest.raises(LilmError, match="cannot load the model"):
        load_model(tmp_path)


def test_nothing_is_allocated_before_the_shapes_are_compared() -> None:
    devices = []

    def build() -> nn.Linear:
        network = nn.Linear(2, 3)
        devices.append(network.weight.device.type)
        return network

    build_for({"weight": torch.zeros(3, 2), "bias": torch.zeros(3)}, build)
    assert devices == ["meta"]


@pytest.mark.fault("hang")
@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_pipe_in_the_place_of_a_file_is_refused(tmp_path: Path, name: str) -> None:
    save(tmp_path, "qwen3", {})
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    with pytest.raises(LilmError, match="not a regular file"):
        load_model(tmp_path)
