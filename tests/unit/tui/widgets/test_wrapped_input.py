"""Rows of an input line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.widgets.wrapped_input import WrappedInput, input_rows


def test_rows_end_after_spaces_and_newline_signs() -> None:
    line = "once upon a time↵there was"
    assert [line[start:end] for start, end in input_rows(line, 10, "↵")] == [
        "once upon ",
        "a time↵",
        "there was",
    ]
    assert input_rows("", 10, "↵") == [(0, 0)]
    assert input_rows("a↵", 10, "↵") == [(0, 2), (2, 2)]


@given(st.text(alphabet="ab ↵漢", max_size=60), st.integers(2, 12))
def test_rows_are_the_whole_line_and_fit(line: str, width: int) -> None:
    rows = input_rows(line, width, "↵")
    assert "".join(line[start:end] for start, end in rows) == line
    assert all(cell_len(line[start:end]) <= width for start, end in rows)
    assert all(start < end for start, end in rows[:-1])
    for position in range(len(line) + 1):
        start, end = rows[WrappedInput.row_of(rows, position)]
        assert start <= position <= end
