"""Zooming, panning and following; each box can be undone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.chart.looks import NARROWEST, WHOLE, Looks, followed, panned, zoomed
from tui.widgets.chart.view import Box

RUN = (0.0, 100.0)
ranges = st.tuples(st.floats(0, 90), st.floats(0.1, 10)).map(lambda one: (one[0], one[0] + one[1]))
boxes = st.builds(Box, st.none() | ranges, st.none() | ranges)


def look(looks: Looks):
    return looks.now, looks.follows


@given(st.lists(st.tuples(boxes, st.integers(0, 1)), min_size=1, max_size=8))
def test_as_many_steps_back_as_boxes_return_the_view(entered: list[tuple[Box, int]]) -> None:
    looks = Looks()
    looks.zoom(-1, 1.0, RUN, RUN)
    seen = []
    for box, panel in entered:
        seen.append(look(looks))
        looks.enter(box, panel, RUN)
        assert box.x is None or looks.now.x == pytest.approx(box.x)
        assert box.y is None or looks.now.y[panel] == box.y
    for before in reversed(seen):
        looks.back()
        assert look(looks) == before


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_zooming_in_and_as_often_out_returns_the_view(around: list[float]) -> None:
    looks = Looks()
    for at in around:
        looks.zoom(-1, at, looks.now.x or RUN, RUN)
        assert not looks.is_whole
    for at in reversed(around):
        looks.zoom(1, at, looks.now.x or RUN, RUN)
    assert look(looks) == (WHOLE, True)


def test_back_without_a_box_shows_everything() -> None:
    looks = Looks()
    looks.zoom(-1, 0.5, RUN, RUN)
    looks.back()
    assert looks.is_whole


def test_zooming_out_of_the_whole_run_shows_all_values() -> None:
    looks = Looks()
    looks.enter(Box(None, (1.0, 2.0)), 0, RUN)
    looks.zoom(1, 0.5, RUN, RUN)
    assert looks.is_whole


def test_a_box_of_one_point_has_a_width() -> None:
    looks = Looks()
    looks.enter(Box((50.0, 50.0)), 0, RUN)
    assert looks.now.x is not None
    assert looks.now.x[1] - looks.now.x[0] == pytest.approx(100 * NARROWEST)


def test_other_values_keep_the_visible_steps() -> None:
    looks = Looks()
    looks.enter(Box((10.0, 20.0), (1.0, 2.0)), 0, RUN)
    looks.enter(Box((12.0, 15.0), (1.0, 1.5)), 0, RUN)
    looks.forget_heights()
    assert (looks.now.x, looks.now.y) == ((12.0, 15.0), {})
    looks.back()
    assert (looks.now.x, looks.now.y) == ((10.0, 20.0), {})


@given(st.floats(0, 90), st.floats(0.1, 10), st.sampled_from([0.5, 2.0]), st.floats(0, 1))
def test_zooming_keeps_the_place_and_stays_inside(
    low: float, width: float, factor: float, around: float
) -> None:
    whole = (0.0, 100.0)
    shown = zoomed((low, low + width), whole, factor, around)
    assert shown is not None
    assert whole[0] <= shown[0] < shown[1] <= whole[1] + 1e-9
    assert shown[1] - shown[0] == pytest.approx(width * factor)
    if whole[0] < shown[0] and shown[1] < whole[1] - 1e-9:
        assert shown[0] + (shown[1] - shown[0]) * around == pytest.approx(low + width * around)


def test_zooming_ends() -> None:
    assert zoomed((0, 60), (0, 100), 2, 0.5) is None
    low, high = zoomed((50, 50.011), (0, 100), 0.5, 0.5) or (0, 0)
    assert high - low == pytest.approx(100 * NARROWEST)


def test_panning_and_following() -> None:
    assert panned((10, 20), (0, 100), 0.25) == (12.5, 22.5)
    assert panned((95, 100), (0, 100), 1) == (95, 100)
    assert followed((0, 100), 99) == (0, 100)
    assert followed((0, 100), 101) == (25, 125)
    assert followed((0, 100), 260) == (175, 275)
