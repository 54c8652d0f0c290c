"""Whole charts as text."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sanitize import cell_width
from tui.widgets.chart.curves import Curve
from tui.widgets.chart.drawing.figure import Figure, draw
from tui.widgets.chart.drawing.legend import end_value
from tui.widgets.chart.drawing.text_row import CURSOR, line_ink, raw_ink
from tui.widgets.chart.forecast import Forecast, forecast
from tui.widgets.chart.view import View
from tui.widgets.glyphs import ASCII, UNICODE, Glyphs


def curve(name: str, y: list[float], kind: str = "train", *, every: int = 1) -> Curve:
    made = Curve(name, kind, "#5fafff")  # type: ignore[arg-type]
    made.extend([every * (number + 1) for number in range(len(y))], y)
    return made


def text(figure: Figure) -> str:
    return "\n".join("".join(part for part, _ in row).rstrip() for row in figure.rows)


def falling(points: int) -> list[float]:
    return [1 + 3 * math.exp(-5 * step / points) for step in range(points)]


SMALL_CHART = """\
 loss  - train 1.000
    4 +''..
      |    '''..
      |         ''...
    2 +              ''...
      |                   ''..
      +-------+--------------+
              2          steps"""


def test_a_small_chart() -> None:
    train = curve("train", [4.0, 3.0, 2.0, 1.0])
    assert text(draw([train], View(smoothing=0), 30, 8, glyphs=ASCII)) == SMALL_CHART


@given(
    st.lists(st.one_of(st.floats(), st.floats(-10, 10)), max_size=30),
    st.lists(st.floats(0.1, 5), max_size=30),
    st.integers(1, 60),
    st.integers(1, 20),
    st.booleans(),
    st.booleans(),
    st.one_of(st.none(), st.floats(0, 40)),
)
def test_any_numbers_make_rows_of_the_asked_size(
    train: list[float],
    validation: list[float],
    width: int,
    height: int,
    log: bool,
    ascii_only: bool,
    cursor: float | None,
) -> None:
    curves = [curve("a\x1b[31m", train), curve("b", validation, "validation", every=3)]
    figure = draw(
        curves, View(log=log, cursor=cursor), width, height, glyphs=ASCII if ascii_only else UNICODE
    )
    assert len(figure.rows) <= max(4, height)
    for row in figure.rows:
        line = "".join(part for part, _ in row)
        assert "\x1b" not in line
        if width > 8:
            assert cell_width(line) == width


def test_a_new_point_changes_few_rows() -> None:
    losses = falling(390)
    train = curve("train", losses)
    before = draw([train], View(), 80, 24)
    train.append(391, 1.02)
    after = draw([train], View(), 80, 24, previous=before)
    changed = sum(one != other for one, other in zip(before.rows, after.rows, strict=True))
    assert (after.x, after.y) == (before.x, before.y)
    assert 1 <= changed <= 3


def test_the_axis_keeps_room_for_a_run_whose_end_is_known() -> None:
    assert draw([curve("train", falling(10))], View(x_end=5000), 80, 24).x.high == 5000


def test_raw_losses_lie_behind_their_average_and_measurements_on_top() -> None:
    noisy = [2 + (step * 7919 % 13) / 13 for step in range(300)]
    figure = draw([curve("t", noisy), curve("v", [2.5] * 5, "validation", every=60)], View(), 60, 16)
    inks = {ink for row in figure.rows for _, ink in row}
    assert {raw_ink(0), line_ink(0), line_ink(1)} <= inks
    assert raw_ink(1) not in inks
    assert text(figure).count(UNICODE.marker) == 5 + 1  # the legend has one too


def test_the_cursor_reads_values_at_its_place() -> None:
    train = curve("train", [4.0, 3.0, 2.0, 1.0])
    figure = draw([train], View(smoothing=0, cursor=2), 60, 10)
    assert "step 2" in text(figure).splitlines()[0]
    assert "train 3.000" in text(figure).splitlines()[0]
    assert (UNICODE.pointer, CURSOR) in figure.rows[-2]


def test_not_a_number_is_said() -> None:
    assert "train nan" in text(draw([curve("train", [2.0, math.nan])], View(), 60, 10))


@pytest.mark.parametrize("log", [False, True])
def test_nothing_to_draw_is_an_empty_chart(log: bool) -> None:
    assert draw([], View(log=log), 40, 8).plot_height == 5


def test_a_log_scale_leaves_out_what_has_no_logarithm() -> None:
    figure = draw([curve("train", [1.0, 0.0, -1.0, 0.1])], View(log=True, smoothing=0), 40, 10)
    assert figure.y.log
    assert 0 < figure.y.low <= 0.1


def test_the_cursor_says_where_a_far_point_was_measured_and_reads_raw_losses() -> None:
    train = curve("train", [4.0, 3.0, 9.0, 2.0] * 25)
    held_out = curve("validation", [3.3], "validation", every=78)
    legend = text(draw([train, held_out], View(cursor=11), 70, 10)).splitlines()[0]
    assert "train 9.000" in legend
    assert "validation 3.300 at 78" in legend
    assert " at " not in text(draw([train, held_out], View(cursor=78), 70, 10)).splitlines()[0]


def test_all_curves_and_options_have_room_in_the_legend() -> None:
    names = [f"stories-gpt-{number}" for number in range(1, 5)]
    curves = [curve(name, [1.0 + number], "validation") for number, name in enumerate(names)]
    for width, shown, notes in (
        (46, 2, "sm 3% log"),
        (100, 4, "smooth 3% · log"),
        (120, 4, "smooth 3% · log"),
    ):
        legend = text(draw(curves[:shown], View(log=True), width, 10)).splitlines()[0]
        assert legend.endswith(notes), legend
        assert all(f"{number}.000" in legend for number in range(1, shown + 1)), legend
    assert all(name in legend for name in names)


def test_the_expected_end_has_room_before_the_options() -> None:
    curves = [curve("train", falling(100)), curve("validation", [1.9], "validation", every=90)]
    expected = forecast(curves[0].x, curves[0].y, 200)
    assert expected is not None
    for width, text_of_end in (
        (50, f"train 1.023 → {end_value(expected, UNICODE)}  ● val"),
        (100, ", at the end "),
    ):
        legend = text(draw(curves, View(x_end=200, forecast=expected), width, 10)).splitlines()[0]
        assert text_of_end in legend, legend


@pytest.mark.parametrize(
    ("middle", "half", "found"),
    [
        (1.234, 0.04, "1.23±0.04"),
        (1.234, 0.18, "1.23±0.18"),
        (12.3, 4.0, "12±4"),
        (1.5, 0.0, "1.5000±0.0000"),
    ],
)
def test_an_expected_value_has_the_digits_of_its_band(middle: float, half: float, found: str) -> None:
    ends = np.array([middle])
    assert end_value(Forecast(np.array([1.0]), ends, ends - half, ends + half), UNICODE) == found


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_the_legend_of_many_runs_tells_them_apart_and_counts_the_others(glyphs: Glyphs) -> None:
    curves = [curve(f"verses-gpt-{number}", [1.0], "validation") for number in range(1, 11)]
    for width in (49, 80, 120):
        legend = text(draw(curves, View(), width, 10, glyphs=glyphs)).splitlines()[0]
        shown = [number for number in range(1, 11) if f"-{number} 1.000" in legend]
        assert shown == list(range(1, len(shown) + 1))
        assert len(shown) >= 2
        assert legend.endswith(f"+{10 - len(shown)} more"), legend
