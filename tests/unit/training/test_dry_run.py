from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from engine.cli import main
from engine.config.resolve import resolve_settings
from engine.errors import MisuseError
from engine.runs.creation import create_run
from engine.runs.folder import list_runs
from engine.training.dry_run import measure_text

if TYPE_CHECKING:
    from pathlib import Path


def settings_of(text: Path, **table: object):
    return resolve_settings({"corpus": {"sources": [str(text)]}, "tokenizer": "char", **table})


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("abcd" * 1000)
    return path


def test_tokens_are_counted_as_the_run_will_have_them(text: Path):
    found = measure_text(settings_of(text, model={"family": "gpt", "context_length": 16}))
    assert found.train_tokens == 4001, "the text is too short to hold any of it out"
    assert found.tokens_per_epoch == 4000 // 16 * 16 - 16
    assert (found.held_out_tokens, found.tokens_per_window) == (0, 16.0)
    assert found.vocabulary_size >= 5
    mlp = measure_text(settings_of(text, model={"family": "mlp"}))
    assert mlp.tokens_per_window == 1.0
    assert measure_text(settings_of(text, model={"family": "ngram"})).tokens_per_epoch == 0
    with pytest.raises(MisuseError, match="take more text"):
        measure_text(settings_of(text, model={"family": "gpt", "context_length": 8192}))


def test_a_dry_run_prints_figures_and_makes_no_run(text: Path, capsys: pytest.CaptureFixture[str]):
    words = ["train", str(text), "--tokenizer", "char", "--dry-run", "--budget", "90epochs"]
    assert main(words) == 0
    out, error = capsys.readouterr()
    assert "passes over the text" in out
    assert "will memorize it" in error
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["passes"] == 90.0
    assert len(found["warnings"]) == 1
    assert not list_runs()


@pytest.mark.parametrize("name", ["taken", "../x"])
def test_a_dry_run_refuses_the_names_that_the_run_will_not_get(
    text: Path, name: str, capsys: pytest.CaptureFixture[str]
):
    create_run(settings_of(text), "taken")
    told = []
    for more in ([], ["--dry-run"]):
        assert main(["train", str(text), "--name", name, *more]) == 2
        told.append(capsys.readouterr().err)
    assert told[0] == told[1] != ""
