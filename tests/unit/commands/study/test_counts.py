from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from engine.cli import main
from engine.config.settings import CorpusSettings, RunSettings
from engine.runs.creation import create_run
from engine.tokenizers import build_tokenizer, save_tokenizer
from tests.unit.inference.small_runs import FRIENDS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LILM_HOME", str(tmp_path / "home"))
    (text := tmp_path / "friends.txt").write_text(FRIENDS)
    settings = RunSettings(
        corpus=CorpusSettings(sources=(str(text),), validation_fraction=0.0), tokenizer="word"
    )
    run = create_run(settings, "friends")
    save_tokenizer(build_tokenizer("word", lambda: [FRIENDS]), run.tokenizer_path)


def test_the_table_marks_the_loop(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    capsys.readouterr()
    assert main(["study", "counts", "friends", "--context", "alice", "--csv", str(tmp_path / "out.csv")]) == 0
    out = capsys.readouterr().out
    assert "alice → and" in out
    assert (tmp_path / "out.csv").read_text().splitlines()[:2] == [
        "token_1,token_2,count,probability,in_loop",
        " alice, and,2,1.0,1",
    ]


def test_the_tokens_of_a_context_that_count_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "counts", "friends", "--context", "and alice"]) == 0
    assert "; shown are those after alice\n" in capsys.readouterr().out


def test_json_is_the_whole_study(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["study", "counts", "friends", "--order", "3", "--json"]) == 0
    study = json.loads(capsys.readouterr().out)
    assert study["order"] == 3
    assert study["ngrams"][0]["count"] == 2


def test_a_context_that_is_not_there_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "counts", "friends", "--context", "zebra"]) == 2
    assert "is followed by nothing in the text" in capsys.readouterr().err


def test_a_long_context_is_quoted_by_its_beginning(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "counts", "friends", "--context", "zebra" * 20_000]) == 2
    assert len(capsys.readouterr().err) < 200
