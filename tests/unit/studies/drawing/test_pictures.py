"""Pictures are well-formed SVG that holds every token as text, whatever it is made of."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET

import pytest

from engine.errors import MisuseError
from engine.studies.drawing.pictures import attention_picture, map_picture, temperature_picture
from engine.studies.results.attention import AttentionStudy, Head, Look
from engine.studies.results.embeddings import Map, MapAtStep, Point
from engine.studies.results.temperature import AtTemperature, TemperatureStudy, TokenProbability

NASTY = " dog", "$x_{$", "<b>&", "\x1b[2J", "你", " "
SHOWN = {"$x_{$", "<b>&", "你"}


def texts(svg: str) -> set[str]:
    assert "\x1b" not in svg
    return {element.text for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")}


def points(spread: float) -> tuple[Point, ...]:
    return tuple(Point(id=n, text=text, x=n * spread, y=n % 2) for n, text in enumerate(NASTY))


def test_a_map_names_its_tokens_and_the_steps() -> None:
    drawn = Map(points=points(2.0), explained=(0.5, 0.25))
    earlier = MapAtStep(step=1200, points=points(1.0), explained=(0, 0), cosine=0.1, same_neighbors=0.1)
    found = texts(map_picture(drawn, [earlier]))
    assert SHOWN | {"dog", "50% of the variance"} <= found
    assert any("1,200" in text for text in found)
    assert map_picture(drawn) == map_picture(drawn)


def test_labels_without_room_are_left_out() -> None:
    crowd = tuple(Point(id=n, text=f"word{n}", x=0.0, y=0.0) for n in range(20))
    found = texts(map_picture(Map(points=crowd, explained=(1.0, 0.0))))
    assert 1 <= sum(text.startswith("word") for text in found) < 20


def test_attention_has_a_heat_map_for_each_head() -> None:
    looks = tuple((Look(position=0, text=NASTY[0], weight=1.0),) for _ in NASTY)
    heads = tuple(
        Head(layer=layer, head=head, kind="induction" if head else "", previous_token=0, induction=0, looks=looks)
        for layer in range(2)
        for head in range(2)
    )  # fmt: skip
    svg = attention_picture(AttentionStudy(tokens=NASTY, heads=heads))
    assert texts(svg) >= SHOWN | {"1.1", "1.2 induction", "2.1", "2.2 induction"}
    assert svg.count("<image ") == 4


def test_temperature_draws_probabilities_and_entropies_with_their_limits() -> None:
    tokens = tuple(TokenProbability(id=n, text=text, prob=0.1) for n, text in enumerate(NASTY))
    at = tuple(
        AtTemperature(temperature=t, next_tokens=tokens, next_token_entropy=t, word_entropy=t, words=2, texts=())
        for t in (1.0, 0.0)
    )  # fmt: skip
    study = TemperatureStudy(
        prompt="", seed=1, possible_tokens=8, next_token_limit=2.079, possible_words=2, word_limit=0.693,
        temperatures=at, greedy=(),
    )  # fmt: skip
    found = texts(temperature_picture(study))
    assert (
        SHOWN | {"temperature", "limit 2.08, all equally likely", "limit 0.69, all equally likely"} <= found
    )


def test_without_matplotlib_the_package_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "engine.studies.drawing.pictures")
    with pytest.raises(MisuseError, match=r"lilm\[pictures\]"):
        __import__("engine.studies.drawing.pictures")
