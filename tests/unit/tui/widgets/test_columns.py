"""Cells of tables have exactly their width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.sanitize import cell_width
from tui.widgets.columns import cell


@given(st.text(max_size=20), st.integers(0, 12), st.booleans())
def test_a_cell_has_its_width(text: str, width: int, right: bool) -> None:
    assert cell_width(cell(text, width, right=right).text) == width


def test_alignment() -> None:
    assert cell("ab", 4).text == "ab  "
    assert cell("ab", 4, right=True).text == "  ab"
