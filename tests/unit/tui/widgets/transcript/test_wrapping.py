"""Word wrap: nothing is lost, everything fits, and it can go on where it stopped."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from engine.sanitize import visible
from tui.widgets.transcript.wrapping import _wrap_narrow, _wrap_wide, wrap_spans

narrow = st.text(alphabet="ab  \néя—", max_size=80)
any_text = st.one_of(narrow, st.text(alphabet="ab  \n漢😀e\u0301", max_size=80)).map(visible)
widths = st.integers(1, 20)


def lines(text: str, width: int) -> list[str]:
    return [text[start:end] for start, end in wrap_spans(text, width)]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("", 5, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 6, ["one", "two", "three"]),
        ("extraordinary", 5, ["extra", "ordin", "ary"]),
        ("a\n\nb\n", 5, ["a", "", "b", ""]),
        ("abc \nd", 3, ["abc", "d"]),
        (" indented", 20, [" indented"]),
        ("漢字漢字", 5, ["漢字", "漢字"]),
        ("漢", 1, ["漢"]),
    ],
)
def test_lines(text: str, width: int, expected: list[str]) -> None:
    assert lines(text, width) == expected


@given(any_text, widths)
def test_everything_fits_and_only_separators_are_lost(text: str, width: int) -> None:
    end = 0
    for start, line_end in wrap_spans(text, width):
        assert text[end:start].strip(" ") in ("", "\n")
        assert "\n" not in text[start:line_end]
        assert cell_len(text[start:line_end]) <= max(width, 2)
        assert cell_len(text[start:line_end]) <= width or line_end - start >= 1
        end = line_end
    assert text[end:].strip(" ") == ""


@given(narrow, widths)
def test_both_ways_agree(text: str, width: int) -> None:
    assert _wrap_narrow(text, width, 0) == _wrap_wide(text, width, 0)


@given(any_text, any_text, widths)
def test_it_goes_on_from_the_last_line(text: str, more: str, width: int) -> None:
    begun = wrap_spans(text, width)
    assert begun[:-1] + wrap_spans(text + more, width, begun[-1][0]) == wrap_spans(text + more, width)


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=9), max_size=20), widths)
def test_words_break_as_in_the_standard_library(words: list[str], width: int) -> None:
    expected = textwrap.wrap(" ".join(words), width, break_long_words=False)
    if all(len(word) <= width for word in words):
        assert lines(" ".join(words), width) == (expected or [""])
