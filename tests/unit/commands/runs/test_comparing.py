from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from tests.unit.inference.small_runs import make_run

if TYPE_CHECKING:
    from pathlib import Path


def test_the_command_compares_two_runs_or_more(lilm):
    for name, order in (("a", 2), ("b", 3), ("c", 4)):
        make_run(name, order=order)
    assert "model.order" in lilm("runs", "diff", "a", "b").out
    assert json.loads(lilm("runs", "diff", "a", "b", "c", "--json").out)["settings"] == {
        "model.order": [2, 3, 4]
    }
    assert "hello" in lilm("runs", "diff", "a", "b", "--prompt", "hello").out
    assert "--prompt prints texts" in lilm("runs", "diff", "a", "b", "--prompt", "hello", "--json").error
    assert "at least two runs" in lilm("runs", "diff", "a", "a").error


def test_the_command_writes_the_page_beside_its_picture(lilm, tmp_path: Path, monkeypatch):
    make_run("wide")
    monkeypatch.chdir(tmp_path)
    lilm("runs", "report")
    assert {path.name for path in tmp_path.glob("wide.*")} == {"wide.md", "wide.svg"}
    ElementTree.parse(tmp_path / "wide.svg")
    assert "wide.md exists already" in lilm("runs", "report", "wide").error
    assert "are in wide.csv" in lilm("runs", "export", "wide", "wide.csv").out
    assert (tmp_path / "wide.csv").read_text().startswith("step,tokens,seconds")
