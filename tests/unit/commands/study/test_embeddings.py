from __future__ import annotations

from engine.commands.study.embeddings import as_csv, as_text
from engine.studies.results.embeddings import Map, Point


def points(*labels: str, x: float = 0.0) -> Map:
    found = tuple(Point(id=n, text=f" {label}", x=x * n, y=0.0) for n, label in enumerate(labels))
    return Map(points=found, explained=(0.5, 0.25))


def test_labels_never_overlap_and_none_is_lost() -> None:
    drawn = points("dog", "cat", "hen", "owl", "fox", "bee", "ant", "cow", "pig", "ape", "elk", "emu")
    text = as_text(drawn, 40, 5)
    for label in ("dog", "cat", "hen", "owl", "fox", "bee", "ant", "cow", "pig", "ape", "elk", "emu"):
        assert text.split().count(label) == 1
    assert "without room:" in text
    assert "x: 50% and y: 25% of the variance of 12 embeddings" in text


def test_places_keep_their_order_from_left_to_right() -> None:
    text = as_text(points("dog", "cat", "hen", x=1.0), 60, 5)
    line = next(line for line in text.splitlines() if "cat" in line)
    assert line.index("dog") < line.index("cat") < line.index("hen")


def test_csv_has_a_row_for_each_token() -> None:
    assert as_csv(points("dog", "cat", "hen")).splitlines()[:2] == ["id,token,x,y", "0, dog,0.0,0.0"]
