"""Texts below the chart, or instead of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.panes.chart.scales import bits_per_byte
from tui.panes.chart.shown_metrics import LOSS
from tui.widgets.lines import Line, Piece, beside_key, wrap_paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.lab.run_watcher import WatchedRun

KEY_COLUMN = 9
CURSOR_ROWS = 3
"""Rows for what the model wrote at the cursor."""
SET_CORNER = (
    "A corner of the box is set. The arrow keys move the other one, Z zooms into the box, esc drops it."
)
NO_ROOM = Line((Piece("A second metric needs more rows; z may help.", "dim"),))


def welcome(chosen: Sequence[str], key_names: Callable[[str], str], width: int) -> list[Line]:
    """Return what to press before the first run. `key_names` returns the keys of a binding by its id."""
    text = ", ".join(source.rpartition("/")[2] for source in chosen) or "the chosen text"
    keys = {
        "corpora.train": f"train a small GPT on {text}: three minutes; its loss is drawn here",
        "lab.go-talk": "talk to it, also while it learns",
        "lab.new-run": "choose model, size and budget yourself",
        "app.help": f"all keys and topics; {key_names('app.commands')} finds commands",
        "app.quit": "quit; runs go on training",
    }
    return [
        Line((Piece("Welcome to the lab.", "accent"),)),
        Line(),
        *(
            line
            for id, effect in keys.items()
            for line in beside_key(key_names(id), effect, KEY_COLUMN, width)
        ),
    ]


def incomparable(runs: Sequence[WatchedRun], *, in_bytes: bool) -> list[Piece]:
    """Return a paragraph on compared runs that have no curve of held-out loss."""
    without = [run.name for run in runs if bits_per_byte(run.history.evaluations) is None]
    if len(runs) < 2 or not without:
        return []
    if in_bytes:
        return [Piece(f"Without a held-out loss, and so without a curve: {', '.join(without)}.", "dim")]
    return [
        Piece(
            "No held-out loss to compare: these are training losses in nats per token, which only runs with the "
            "same tokenizer share.",
            "dim",
        )
    ]


def without_values(watched: WatchedRun, names: Sequence[str], measure: Callable[[str], str]) -> list[Piece]:
    """Return a paragraph for each of the shown metrics that a run does not record."""
    if not watched.history.steps:
        return []
    absent = [name for name in names if name != LOSS and name not in watched.history.recorded]
    return [
        Piece(f"{watched.name} has no record of {measure(name)}; m and M show other metrics.", "dim")
        for name in absent
    ]


def at_cursor(watched: WatchedRun, step: int, events: str, width: int) -> list[Line]:
    """Return events and the newest sample of a step in CURSOR_ROWS lines, so that the chart keeps its height."""
    samples = watched.history.samples
    known = [sample for sample in samples if sample.step <= max(step, samples[0].step)] if samples else []
    newest = known[-1].step if known else 0
    texts = [f"{sample.prompt}{sample.completion}" for sample in known if sample.step == newest][:1]
    written = [Piece(f"Written at step {newest:,}: {text.strip()}") for text in texts]
    here = [Piece(f"Here: {events}.", "accent")] if events else []
    return _rows([*here, *(written or [Piece("No sample was written yet.", "dim")])], width)


def corner_set(width: int) -> list[Line]:
    """Return what the keys do now, in the rows of `at_cursor`."""
    return _rows([Piece(SET_CORNER)], width)


def _rows(paragraphs: Sequence[Piece], width: int) -> list[Line]:
    lines = wrap_paragraphs(paragraphs, width)
    return [*lines[:CURSOR_ROWS], *[Line()] * (CURSOR_ROWS - len(lines))]
