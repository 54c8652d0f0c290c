"""The service answers each call with the command's lines and its exit code, whatever the call."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import msgspec

from engine import cli
from engine.commands.service.process import serve
from engine.commands.service.protocol import Call, Finished, Output, Progress, ServiceAnswer

if TYPE_CHECKING:
    import pytest


def answers(*calls: tuple[str, ...] | bytes) -> list[ServiceAnswer]:
    lines = [
        call if isinstance(call, bytes) else msgspec.json.encode(Call(id=number, arguments=call))
        for number, call in enumerate(calls)
    ]
    found: list[ServiceAnswer] = []
    serve(io.BytesIO(b"\n".join(lines)), found.append)
    return found


def test_output_comes_line_by_line_and_then_the_exit_code() -> None:
    note, first, second, end = answers(
        ("tokenize", "--with", "char", "--on", "verses", "--json", "--", "byte", "hey")
    )
    assert note == Progress(id=0, text="char learns from verses")
    assert isinstance(first, Output)
    assert json.loads(first.line)["ids"] == [104, 101, 121]
    assert isinstance(second, Output)
    assert json.loads(second.line)["tokens"] == ["h", "e", "y"]
    assert end == Finished(id=0, code=0)


def test_an_error_is_one_sentence_and_the_next_call_is_served() -> None:
    found = answers(("tokenize", "byte", "--foo"), b"no json", ("tokenize", "--json", "--", "byte", "-"))
    assert found[:2] == [
        Progress(id=0, text="lilm: there is no option --foo; did you mean --on?"),
        Finished(id=0, code=2),
    ]
    assert isinstance(found[2], Output), "standard input is empty"
    assert json.loads(found[2].line)["ids"] == []
    assert found[3] == Finished(id=2, code=0)


def test_what_a_command_rewrites_on_a_terminal_is_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    def main(arguments: list[str]) -> int:
        import sys

        assert sys.stderr.isatty()
        assert not sys.stdout.isatty()
        sys.stderr.write("\r1 of 2\x1b[K\r2 of")
        sys.stderr.write(" 2\x1b[K")
        sys.stdout.write("no end")
        raise ValueError("broken")

    monkeypatch.setattr(cli, "main", main)
    assert answers(("study",)) == [
        Progress(id=0, text="1 of 2"),
        Progress(id=0, text="2 of 2"),
        Progress(id=0, text="the command failed: ValueError: broken"),
        Output(id=0, line="no end"),
        Finished(id=0, code=1),
    ]
