"""`lilm tokenize`: what it prints for people and machines, and what it refuses."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from engine import cli
from engine.files.storage import runs_folder
from engine.tokenizers import build_tokenizer, save_tokenizer

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "the cat sat on the mat, the cat sat on the hat\n" * 3


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LILM_HOME", str(tmp_path / "home"))
    monkeypatch.setitem(cli.COMMANDS, "tokenize", "tokenize")
    return tmp_path


@pytest.fixture
def corpus(home: Path) -> str:
    (home / "cats.txt").write_text(TEXT)
    return str(home / "cats.txt")


def give_input(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_rows_show_ids_and_pieces_side_by_side(corpus: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["tokenize", "byte", "--with", "bpe:270", "--on", corpus, "the é"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["byte", "bpe:270"],
        ["256", "'<|endoftext|>'", "269", "'<|endoftext|>'"],
        ["116", "'t'", "258", "'the'"],
    ]
    assert "'<C3>'" in lines[6]
    assert lines[-2:] == [
        "byte: 6 tokens, 6 bytes, 1.00 bytes per token",
        "bpe:270: 4 tokens, 6 bytes, 1.50 bytes per token",
    ]


def test_json_has_a_line_for_each_text_and_tokenizer(corpus: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["tokenize", "byte", "--json", "--with", "word", "--on", corpus, "The cat", "dog"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["tokenizer"], line["text"]) for line in lines] == [
        ("byte", "The cat"),
        ("word", "The cat"),
        ("byte", "dog"),
        ("word", "dog"),
    ]
    assert lines[1]["ids"] == [0, 1]
    assert lines[1]["tokens"] == [" the", " cat"]
    assert lines[3]["tokens"] == ["<unk>"]
    assert lines[0]["ids"] == list(b"The cat")
    assert (lines[0]["end_of_text"], lines[0]["bytes"]) == (256, 7)


def test_sizes_show_what_a_larger_vocabulary_buys(corpus: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["tokenize", "bpe:270", "--on", corpus, "--sizes", "257,265", "the cat"]
    assert cli.main(arguments) == 0
    assert "bpe:270 truncated to 257: 1.00 bytes per token" in capsys.readouterr().out
    assert cli.main([*arguments, "--json"]) == 0
    by_size = json.loads(capsys.readouterr().out)["bytes_per_token_by_size"]
    assert by_size["257"] == 1
    assert by_size["265"] > 1


def test_a_run_is_known_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("cats", "char"):
        save_tokenizer(build_tokenizer("char", lambda: [TEXT]), runs_folder() / name / "tokenizer.json")
        assert cli.main(["tokenize", name, "cat", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["tokens"] == ["c", "a", "t"]


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_without_a_text_standard_input_is_read(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    give_input(monkeypatch, b"a\xff")
    assert cli.main(["tokenize", "byte", *arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["text"] == "a\ufffd"


def test_nothing_printed_can_drive_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["tokenize", "byte", "\x1b]0;title\x07\u202e\udcff"]) == 0
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert "\x07" not in printed
    assert "'␛'" in printed


@pytest.mark.parametrize("colors", [True, False])
def test_a_terminal_with_colors_shows_blocks_of_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, colors: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.delenv("NO_COLOR", raising=False)
    if not colors:
        monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert cli.main(["tokenize", "byte", "NASA, [bold]\n\x1b[2J"]) == 0
    printed = capsys.readouterr().out
    assert ("\x1b[30;48;5;" in printed) is colors
    assert "\x1b[2J" not in printed
    assert printed.count("83") == 1
    assert "\u21b5" in printed


def test_a_terminal_without_a_text_shows_examples(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    give_input(monkeypatch, b"")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    assert cli.main(["tokenize", "byte", "--json"]) == 0
    texts = [json.loads(line)["text"] for line in capsys.readouterr().out.splitlines()]
    assert len(texts) > 3
    assert "NASA" in texts[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense"], "unknown tokenizer 'nonsense'"),
        (["../cats"], "there is no run of that name either"),
        (["char"], "char learns from a text; name one with --on CORPUS"),
        (["bpe"], "needs a vocabulary size"),
        (["byte", "--sizes", "many"], "--sizes must be a comma-separated list"),
        (["none.tiktoken"], "cannot read the tokenizer none.tiktoken"),
    ],
)
def test_misuse_is_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["tokenize", *arguments, "--", "text"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert message in captured.err
