"""Metrics: numbers of a training step, each declared by `metric` on its field of `engine.runs.journals.records.Step`.

A declared metric is recorded, printed by `watch` and `runs show`, in `Model.history`, and drawn by the chart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from msgspec import Meta

from engine import formatting

Format = Callable[[float], str]


def plain(value: float) -> str:
    """Format a loss, a norm or a rate of learning: `1.734`, `0.02`."""
    return formatting.decimal(value, 4)


@dataclass(frozen=True)
class Metric:
    """Name and display of one metric."""

    name: str
    """Field of `Step`."""
    title: str
    format: Format
    brief: bool
    """True if the status line of `watch` shows it."""

    def value(self, step: object) -> float | None:
        """Return the value in a line of metrics; None where it is unknown or infinite."""
        found: float | None = getattr(step, self.name)
        return found

    def describe(self, step: object) -> str:
        """Return the value with its title, such as `gradient norm 0.31`; empty where it is unknown."""
        value = self.value(step)
        return "" if value is None else f"{self.title} {self.format(value)}".strip()


def metric(title: str, format: Format = plain, *, brief: bool = False) -> Meta:
    """Declare a field of `Step` as a metric. An empty title is for values whose unit says what they are."""
    return Meta(extra={"title": title, "format": format, "brief": brief})


def metrics_of(record: type) -> dict[str, Metric]:
    """Return the metrics declared on a record, by name, in the order of its fields."""
    from typing import get_type_hints

    hints: dict[str, Any] = get_type_hints(record, include_extras=True)
    declared = {
        name: note.extra
        for name, hint in hints.items()
        for note in getattr(hint, "__metadata__", ())
        if isinstance(note, Meta) and note.extra is not None
    }
    return {name: Metric(name=name, **extra) for name, extra in declared.items()}
