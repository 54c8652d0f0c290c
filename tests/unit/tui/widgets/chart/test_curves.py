"""Series: their averages, their order, the nearest point."""

from __future__ import annotations

from tui.widgets.chart.curves import Curve, extent


def curve(values: list[float], kind: str = "train") -> Curve:
    made = Curve("loss", kind, "#5fafff")  # type: ignore[arg-type]
    made.extend(range(len(values)), values)
    return made


def test_held_out_values_are_never_averaged_and_no_width_is_the_curve_itself() -> None:
    assert list(curve([1, 5, 2]).average(0)) == [1, 5, 2]
    assert list(curve([1, 5, 2], "validation").average(9)) == [1, 5, 2]
    assert curve([1, 5, 2], "validation").settled(9) == curve([1, 5, 2]).settled(0) == 3


def test_averages_are_those_of_all_points_after_another_width_and_another_point() -> None:
    values = [5.0, 3.0, 4.0, 1.0, 2.0]
    changed = curve(values)
    changed.average(4)
    changed.append(5, 7.0)
    assert list(changed.average(2)) == list(curve([*values, 7.0]).average(2))


def test_averages_of_settled_points_do_not_change() -> None:
    values = [float(number * 7 % 5) for number in range(40)]
    growing = curve(values[:20])
    settled = growing.settled(6)
    assert settled == 17
    before = list(growing.average(6)[:settled])
    growing.extend(range(20, 40), values[20:])
    assert list(growing.average(6)[:settled]) == before


def test_a_resumed_run_replaces_what_it_repeats() -> None:
    resumed = curve([5.0, 4.0, 3.0, 2.0])
    resumed.append(2, 9.0)
    assert list(resumed.x) == [0, 1, 2]
    assert list(resumed.y) == [5.0, 4.0, 9.0]
    assert list(resumed.average(2)) == list(curve([5.0, 4.0, 9.0]).average(2))


def test_places() -> None:
    line = curve([0.0] * 5)
    assert line.nearest(2.4) == 2
    assert line.nearest(2.6) == 3
    assert line.nearest(99) == 4
    assert curve([]).nearest(1) is None
    assert line.beyond(1.5, forward=True) == 2
    assert line.beyond(1.5, forward=False) == 1
    assert line.beyond(4.5, forward=True) is line.beyond(-1, forward=False) is None
    assert line.x[line.window(1.5, 2.5)].tolist() == [1, 2, 3]
    assert line.x[line.window(-9, 9)].tolist() == [0, 1, 2, 3, 4]


def test_extent() -> None:
    assert extent([]) == (0.0, 1.0)
    assert extent([curve([1.0] * 9)]) == (0.0, 8.0)
    assert extent([curve([1.0] * 9)], end=20) == (0.0, 20)
    late = Curve("late", "train", "")
    late.extend([900, 1000], [1, 1])
    assert extent([late]) == (900, 1000)
