"""Commands that compute with a model give on a CUDA device what they give on the CPU."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import torch

from engine.models.gpt.family import GPTConfig
from tests.unit.interchange.gpt_runs import make_gpt
from tests.unit.models.shapes import GPT_CONFIGS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]

MASKED = GPTConfig(layers=2, width=32, heads=4, context_length=32, causal=False)
COMMANDS = [
    ("sample", "it", "--prompt", "the cat", "-n", "40", "--greedy", "--seed", "1"),
    ("sample", "it", "--prompt", "the cat", "-n", "40", "--seed", "1", "--samples", "3"),
    ("sample", "it", "--prompt", "the cat", "-n", "20", "--greedy", "--seed", "1", "--weights", "int8"),
    ("eval", "it", "text.txt"),
    ("eval", "it", "text.txt", "--weights", "int4"),
    ("eval", "cloze", "text.txt"),
    ("fill", "cloze", "the [mask] sat on [mask]"),
    ("study", "attention", "it", "the cat sat"),
    ("study", "layers", "it", "the cat sat"),
    ("study", "embeddings", "it"),
    ("study", "quantization", "it", "text.txt", "--decoded", "5"),
    ("study", "temperature", "it", "--prompt", "the cat", "--seed", "1"),
]
MEASURED = ("seconds", "tokens_per_second", "device")


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_results_are_those_of_the_cpu(
    lilm, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.txt").write_text("the cat sat on the mat\n" * 20)
    make_gpt("it", GPT_CONFIGS["qwen3"])
    make_gpt("cloze", MASKED)
    results = []
    for device in ("cpu", "cuda"):
        outcome = lilm(*arguments, "--json", "--device", device)
        assert outcome.code == 0, outcome.error
        results.append([json.loads(line) for line in outcome.out.splitlines()])
    assert_alike(*results)


def assert_alike(here: Any, there: Any, path: str = "") -> None:
    """Equal, but for rounding, what is measured, and the order of alternatives of nearly the same probability."""
    if isinstance(here, dict):
        assert here.keys() == there.keys(), path
        for key in here.keys() - set(MEASURED):
            if key == "alternatives":
                assert [one["prob"] for one in there[key]] == pytest.approx(
                    [one["prob"] for one in here[key]], rel=1e-2, abs=1e-3
                ), path
                continue
            assert_alike(here[key], there[key], f"{path}.{key}")
    elif isinstance(here, list):
        assert len(here) == len(there), path
        for number, (one, other) in enumerate(zip(here, there, strict=True)):
            assert_alike(one, other, f"{path}[{number}]")
    elif isinstance(here, float):
        assert there == pytest.approx(here, rel=1e-2, abs=1e-3), path
    else:
        assert there == here, path
