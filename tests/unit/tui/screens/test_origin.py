"""The marked text of the study of origin."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.sanitize import cell_width, visible
from engine.studies.results.origin import Span
from tui.screens.studies.origin import line_end, tones_of


def span(text: str) -> Span:
    return Span(start=0, tokens=3, text=text, occurrences=1, document=1, before="", behind="")


@given(st.text(alphabet="ab \n\t你\x1b", max_size=60), st.integers(8, 20))
def test_lines_are_the_whole_text_and_fit(text: str, width: int) -> None:
    start, lines = 0, []
    while start < len(text):
        end = line_end(text, start, width)
        assert end > start
        lines.append(text[start:end])
        start = end
    assert "".join(lines) == text
    for line in lines:
        assert "\n" not in line[:-1]
        assert cell_width(visible(line.rstrip("\n"))) <= width


def test_spans_are_marked_in_turn_and_one_that_is_not_found_is_left_out() -> None:
    tones = tones_of("the cat sat", (span(" the"), span("The"), span("sat ")))
    assert tones == ["accent"] * 3 + ["dim"] * 5 + ["warm"] * 3
