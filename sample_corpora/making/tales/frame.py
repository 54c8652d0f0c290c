"""Openings and endings of short stories."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sample_corpora.making.scene import Scene

Questions = tuple[tuple[str, str], ...]
"""Questions about a story, and their answers, as templates."""


def opening(s: Scene) -> None:
    s.tell(
        "One {weather} {time}, {a} went to {p}.",
        "[Once|One day], {a} was {p:at}.",
        "[Once|Once upon a time], {a:intro} lived in {a:home}.",
        "One {weather} {time}, {a} was {p:at}.",
        "{a:intro} [lived|had always lived] in {a:home}.",
        "{a} [went|came|walked] to {p}[ one {weather} {time}|].",
        *([] if s.character("a").is_nameless else ["{a} was a {a:temper} {a:kind} who loved {a:food}."]),
    )


def ending(s: Scene) -> None:
    if s.character("a").is_nameless or s.was_named_first("b", "a"):
        s.tell(
            "And {a} and {b} were friends for ever.",
            "Then {a} and {b} went home together.",
            "{b} laughed, and {a} laughed too.",
            '"Come again, {a:plain}!" called {b}.',
            "{a} never forgot {b}.",
        )
        return
    s.tell(
        "{a} went home [happy|with a smile|and slept well].",
        "It was a [good|happy|lovely] {time} for {a}.",
        "And {a} and {b} were friends for ever.",
        "That was a day that {a} [never forgot|would never forget].",
        "[In the evening|That evening], {a} told {e} all about it.",
        "{a} [smiled|laughed|was glad].",
    )
