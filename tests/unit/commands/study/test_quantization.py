from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.unit.inference.small_runs import make_run
from tests.unit.interchange.gpt_runs import make_gpt
from tests.unit.models.shapes import GPT_CONFIGS

if TYPE_CHECKING:
    from pathlib import Path


def test_a_run_is_measured_on_a_file(lilm, tmp_path: Path) -> None:
    make_gpt("it", GPT_CONFIGS["gpt2"])
    (text := tmp_path / "text.txt").write_text("the cat sat on the mat\n" * 5)
    table = tmp_path / "table.csv"
    done = lilm("study", "quantization", "it", str(text), "--decoded", "5", "--csv", str(table), "--json")
    assert done.code == 0, done.error
    found = json.loads(done.out)
    assert [at["weights"] for at in found["formats"]] == ["fp32", "bf16", "int8", "int4"]
    assert found["decoded"] == 5
    assert len(table.read_text().splitlines()) == 5


@pytest.mark.parametrize("command", [["sample", "it", "-n", "3"], ["chat", "it", "the"]])
def test_sampling_with_weights_of_four_bits(lilm, command: list[str]) -> None:
    make_gpt("it", GPT_CONFIGS["qwen3"])
    assert lilm(*command, "--weights", "int4", "--seed", "1").code == 0


def test_fewer_bits_lose_a_little(lilm, tmp_path: Path) -> None:
    make_gpt("it", GPT_CONFIGS["qwen3"])
    (text := tmp_path / "text.txt").write_text("the cat sat on the mat\n" * 5)
    losses = [
        json.loads(lilm("eval", "it", str(text), "--json", "--weights", weights).out)["loss"]
        for weights in ("fp32", "bf16", "int4")
    ]
    assert losses[1] == pytest.approx(losses[0], abs=0.01)
    assert losses[2] != losses[0]


def test_counts_have_no_weights(lilm) -> None:
    make_run()
    done = lilm("sample", "friends", "--weights", "int8")
    assert done.code == 2
    assert "--weights int8 is for networks" in done.error
