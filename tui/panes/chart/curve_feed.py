"""Records of runs become points of the chart, each once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.runs.journals.records import Evaluated, Step
    from tui.widgets.chart.chart import LossChart
    from tui.widgets.chart.curves import Kind


class CurveFeed:
    """Hands the new records of a run to the chart; the lists of records grow in another thread."""

    def __init__(self, chart: LossChart) -> None:
        self._chart = chart
        self._drawn: dict[tuple[int, str], tuple[object, int]] = {}
        """For each panel and series, the list that it was drawn from and the number of its records."""

    def forget(self, panel: int) -> None:
        """Draw all records of a panel again, which has no curves now."""
        self._drawn = {key: drawn for key, drawn in self._drawn.items() if key[0] != panel}

    def has(self, series: str, panel: int = 0) -> bool:
        return (panel, series) in self._drawn

    def feed(
        self,
        series: str,
        records: list[Step] | list[Evaluated],
        y: Callable[[Step | Evaluated], float | None],
        *,
        x: Callable[[Step | Evaluated], float],
        kind: Kind = "train",
        color: str | None = None,
        panel: int = 0,
    ) -> None:
        # The watcher's thread appends concurrently, so the length is read once.
        end = len(records)
        source, count = self._drawn.get((panel, series), (None, 0))
        if source is not records:
            # A resumed run has a new list, without the records after its checkpoint.
            there = records[:end]
            xs, ys = [x(record) for record in there], [drawn(y(record)) for record in there]
            self._chart.set_series(series, xs, ys, kind=kind, color=color, panel=panel)
        else:
            for record in records[count:end]:
                self._chart.append(series, x(record), drawn(y(record)), kind=kind, panel=panel)
        self._drawn[panel, series] = (records, end)


def drawn(value: float | None) -> float:
    """Return NaN for a value that is unknown or infinite."""
    return math.nan if value is None else value
