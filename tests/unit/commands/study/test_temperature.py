from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

import pytest

from engine.commands import study
from engine.commands.study.temperature import parse_temperatures
from engine.errors import MisuseError
from tests.unit.inference.small_runs import make_run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LILM_HOME", str(tmp_path / "home"))


def run(*options: str) -> int:
    parser = argparse.ArgumentParser()
    study.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["study", "temperature", "friends", "--prompt", "hello", *options])
    return arguments.run(arguments)


def test_json_has_everything_that_was_measured(capsys: pytest.CaptureFixture[str]) -> None:
    make_run()
    assert run("--temperatures", "0.5:1:0.5", "--runs", "2", "--tokens", "3", "--seed", "1", "--json") == 0
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert [at["temperature"] for at in found["temperatures"]] == [0.5, 1.0]
    shares = {share["text"]: share["prob"] for share in found["temperatures"][0]["next_tokens"]}
    assert shares == pytest.approx({" bob": 4 / 5, " carol": 1 / 5})  # 2 and 1, squared
    assert found["greedy"][0]["loop"][0] == "hello bob"


def test_the_report_is_text_and_csv_goes_to_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_run(tokenizer="char", order=4, smoothing="kneser-ney")
    table = tmp_path / "table.csv"
    assert run("--temperatures", "0,1", "--runs", "1", "--csv", str(table)) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("### Temperature = 0\n")
    assert captured.err == f"lilm: wrote {table}\n"
    assert len(table.read_text().splitlines()) == 3


def test_rows_of_samples_have_the_end_of_a_long_prompt(capsys: pytest.CaptureFixture[str]) -> None:
    make_run()
    options = ("--temperatures", "1", "--runs", "1", "--tokens", "2")
    assert run(*options, "--prompt", "bob " * 500 + "hello") == 0
    out = capsys.readouterr().out
    (row,) = (line for line in out.splitlines() if line.startswith("| Run 1"))
    assert row.startswith("| Run 1 | …")
    assert len(row) < 120


@pytest.mark.parametrize(
    ("text", "temperatures"),
    [
        ("0.1:0.5:0.1", (0.1, 0.2, 0.3, 0.4, 0.5)),
        ("0:1:0.4", (0.0, 0.4, 0.8)),
        ("1:1:1", (1.0,)),
        ("2,0,0.5", (0.0, 0.5, 2.0)),
        ("1.5", (1.5,)),
    ],
)
def test_temperatures_are_a_range_or_a_list(text: str, temperatures: tuple[float, ...]) -> None:
    assert parse_temperatures(text) == temperatures


@pytest.mark.parametrize(
    "text",
    ["", "a", "1:2", "2:1:1", "0:1:0", "-1:1:1", "-1", "1,nan", "0:inf:1", "0:1:1e-9", "0:1e308:1e-300"],
)
def test_temperatures_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(MisuseError, match="--temperatures"):
        parse_temperatures(text)
