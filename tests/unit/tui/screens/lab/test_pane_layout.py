from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.screens.lab.pane_layout import PANES, Shape, shape_of, shown_panes, style_classes

SIZES = st.tuples(st.integers(1, 400), st.integers(1, 200))
NAMES = st.sampled_from(PANES)


def test_the_borders_of_the_shapes() -> None:
    assert shape_of(100, 16) is Shape.COLUMNS
    assert shape_of(99, 40) is Shape.TABS
    assert shape_of(60, 16) is Shape.TABS
    assert shape_of(59, 40) is Shape.SINGLE
    assert shape_of(300, 15) is Shape.SINGLE


def test_what_a_page_shows() -> None:
    assert shown_panes(Shape.TABS, 24, "runs", None) == ("runs", "chart")
    assert shown_panes(Shape.TABS, 24, "talk", None) == ("chart", "talk")
    assert shown_panes(Shape.TABS, 18, "talk", None) == ("talk",)
    assert shown_panes(Shape.TABS, 24, "chart", None) == ("chart",)


@given(SIZES, NAMES, st.none() | NAMES)
def test_the_page_is_on_the_screen_and_a_zoomed_pane_alone(
    size: tuple[int, int], page: str, zoomed: str | None
) -> None:
    shape = shape_of(*size)
    shown = shown_panes(shape, size[1], page, zoomed)  # type: ignore[arg-type]
    assert (zoomed or page) in shown
    assert list(shown) == [name for name in PANES if name in shown]
    assert len(shown) == 1 or zoomed is None
    assert len(shown) == 1 or shape is not Shape.SINGLE
    assert len(shown) == len(PANES) or zoomed is not None or shape is not Shape.COLUMNS


@given(SIZES, NAMES)
def test_one_shape_applies(size: tuple[int, int], page: str) -> None:
    shape = shape_of(*size)
    classes = style_classes(shape, *size, shown_panes(shape, size[1], page, None))  # type: ignore[arg-type]
    assert sum(classes[f"-{other.value}"] for other in Shape) == 1
