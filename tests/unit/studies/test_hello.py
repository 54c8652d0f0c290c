"""The commands of the README that show a bigram and its temperature, as they stand there."""

from __future__ import annotations

import json
import math
import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine import cli

if TYPE_CHECKING:
    from collections.abc import Callable

README = Path(__file__).parents[3] / "README.md"


@pytest.fixture
def lilm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], str]:
    """Run a command line and return its output. The README's bigram is trained."""
    monkeypatch.setenv("LILM_HOME", str(tmp_path))

    def run(line: str) -> str:
        assert cli.main(shlex.split(line)[1:]) == 0
        return capsys.readouterr().out

    run(command("lilm train hello "))
    return run


def command(beginning: str) -> str:
    """The README's command that begins so, without its comment."""
    (line,) = re.findall(rf"^{re.escape(beginning)}.*$", README.read_text(encoding="utf-8"), re.MULTILINE)
    return line.partition("#")[0]


def test_readme_commands_show_a_loop_and_what_temperature_does(lilm: Callable[[str], str]) -> None:
    words = lilm(command("lilm sample bigram ")).split()
    assert words[:12] == (words[:6] * 2)

    found = json.loads(lilm(command("lilm study temperature bigram ") + " --json --seed 1"))
    entropies = [at["next_token_entropy"] for at in found["temperatures"]]
    assert all(low < high for low, high in pairwise(entropies))
    assert entropies[0] < 0.1
    assert math.exp(found["next_token_limit"]) > 8
    assert 0.95 < entropies[-1] / found["next_token_limit"] < 1
    assert found["greedy"][0]["start"] == "hello"
    assert found["greedy"][0]["ended"] == "loop"
