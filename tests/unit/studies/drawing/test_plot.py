from __future__ import annotations

from engine.studies.drawing.plot import Curve, line_plot


def test_a_rising_curve_reaches_its_limit() -> None:
    plot = line_plot([0, 1, 2], [Curve("rise", "●", [0, 1, 2], 2.0, "the top")], width=5, height=3)
    assert plot.splitlines() == [
        "2.00 │╌╌╌╌●",
        "     │  ●",
        "   0 │●",
        "     └─────",
        "      0   2",
        "      ● rise; ╌ at 2.00: the top",
    ]


def test_the_first_curve_is_drawn_over_the_others() -> None:
    plot = line_plot([1, 2], [Curve("a", "a", [1, 1]), Curve("b", "b", [1, 0])], width=2, height=2)
    assert plot.splitlines()[:2] == ["1.00 │aa", "   0 │ b"]


def test_a_single_point_and_nothing_but_zeros_can_be_drawn() -> None:
    assert line_plot([1.0], [Curve("one", "x", [0.0])], width=3, height=2).splitlines()[1] == "   0 │x"
