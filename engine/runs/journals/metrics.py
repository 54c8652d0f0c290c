"""Metrics: numbers of a training step, each declared by `metric` on its field of `engine.runs.journals.records.Step`.

A declared metric is recorded, printed by `watch` and `runs show`, in `Model.history`, exported, and drawn by the
chart. Some have a value for each device, as a tuple; without such devices the field is UNSET, and absent in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from msgspec import UNSET, Meta, UnsetType

from engine import formatting

Format = Callable[[float], str]
Combine = Callable[[Sequence[float]], float]
DeviceValues = tuple[float | None, ...] | UnsetType
"""A value for each device, None where a device has none."""


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
    brief: str | None
    """Title in the status line of `watch`; None: it is not there."""
    device: str
    """Kind of device of which each has a value, such as GPU; empty for a single value."""
    combine: Combine
    """Makes one value of those of several devices."""

    def value(self, step: object) -> float | None:
        """Return the value in a line of metrics, one for all devices; None where it is unknown or infinite."""
        found = getattr(step, self.name)
        if not self.device:
            value: float | None = found
            return value
        known = [value for value in self.values(step) if value is not None]
        return self.combine(known) if known else None

    def values(self, step: object) -> tuple[float | None, ...]:
        """Return the value of each device in a line of metrics; none where there are no devices."""
        found: tuple[float | None, ...] | float | UnsetType | None = getattr(step, self.name)
        if isinstance(found, tuple):
            return found
        return () if found is UNSET or found is None else (found,)

    def describe(self, step: object) -> str:
        """Return the value with its title, such as `gradient norm 0.31`; empty where it is unknown."""
        return self._describe(step, self.title)

    def describe_briefly(self, step: object) -> str:
        """Return the value for a status line; of several devices with their number, such as `8 GPUs 93%`."""
        title, devices = self.brief or "", len(self.values(step))
        return self._describe(step, f"{devices} {title}s" if self.device and title and devices > 1 else title)

    def _describe(self, step: object, title: str) -> str:
        value = self.value(step)
        return "" if value is None else f"{title} {self.format(value)}".strip()


def metric(
    title: str,
    format: Format = plain,
    *,
    brief: str | None = None,
    device: str = "",
    combine: Combine = fmean,
) -> Meta:
    """Declare a field of `Step` as a metric. An empty title is for values whose unit says what they are."""
    return Meta(
        extra={"title": title, "format": format, "brief": brief, "device": device, "combine": combine}
    )


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
