"""Choice of the metrics that the chart shows: one, or two above each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.runs.journals.history import RunHistory

LOSS = "train_loss"


class ShownMetrics:
    """Metrics by their names. The losses are those of training and of held-out text."""

    def __init__(self) -> None:
        self.upper = LOSS
        self.lower: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names from the top."""
        return (self.upper,) if self.lower is None else (self.upper, self.lower)

    def next_upper(self, recorded: Iterable[str]) -> None:
        """Show the next of the recorded metrics above, the losses after the last one."""
        names = [name for name in (LOSS, *recorded) if name != self.lower]
        self.upper = _after(self.upper, list(dict.fromkeys(names))) or names[0]

    def next_lower(self, recorded: Iterable[str]) -> None:
        """Show the next of the recorded metrics below, none after the last one."""
        self.lower = _after(self.lower, [name for name in recorded if name != self.upper])


def _after(current: str | None, names: Sequence[str]) -> str | None:
    """Return the name after the current one, the first after None; None after the last."""
    at = names.index(current) + 1 if current in names else 0
    return names[at] if at < len(names) else None


def recorded_metrics(history: RunHistory) -> list[str]:
    """Return the names of the metrics of which a run has at least one value, in the order of their declarations."""
    # It imports msgspec, which the first frame does not need.
    from engine.runs.journals.records import METRICS

    return [name for name in METRICS if name in history.recorded]
