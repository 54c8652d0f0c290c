"""Output of commands during long tasks."""

from __future__ import annotations

import json
import unicodedata
from io import StringIO
from typing import TYPE_CHECKING

from engine.commands.common import printing
from engine.commands.common.printing import StatusLine, TextPrinter, json_line
from engine.sanitize import visible

if TYPE_CHECKING:
    import pytest


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def show_for(seconds: int, line: StatusLine, monkeypatch: pytest.MonkeyPatch) -> None:
    start = printing.time.monotonic()
    for second in range(seconds):
        monkeypatch.setattr(printing.time, "monotonic", lambda second=second: start + second)
        line.show(f"{second}\x1b")


def test_on_a_terminal_it_is_rewritten_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    with StatusLine(stream, quiet_seconds=1.5) as line:
        show_for(4, line, monkeypatch)
    assert stream.getvalue() == "\r2␛\x1b[K\r3␛\x1b[K\r\x1b[K"


def test_elsewhere_it_is_a_new_one_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = StringIO()
    with StatusLine(stream, first_plain=5) as line:
        show_for(30, line, monkeypatch)
        line.show("no news", is_news=False)
    assert stream.getvalue() == "5␛\n15␛\n25␛\n"


def test_text_in_pieces_looks_as_it_does_whole() -> None:
    text = "a\u0301\u0302\n\u0301b" + "\u0301" * 9 + "c\x1b[2J\u0301d"
    stream = Terminal()
    printer = TextPrinter(stream)
    for character in text:
        printer.write(character)
    assert stream.getvalue() == visible(text)


def test_json_for_a_terminal_is_the_same_json() -> None:
    content = {"a": "\x9b31m\x9d0;t\x07 \x7f \u202eevil 😀 é \U000e0041", "b": [1.5, float("inf"), None]}
    line = json_line(content)
    assert json.loads(line) == {**content, "b": [1.5, None, None]}
    assert not any(unicodedata.category(character) in ("Cc", "Cf") for character in line)
    assert "😀 é" in line


def test_a_name_that_is_not_utf8_is_written_all_the_same() -> None:
    assert json.loads(json_line({"a\udcff": ("b\udcff", None)})) == {"a\ufffd": ["b\ufffd", None]}
