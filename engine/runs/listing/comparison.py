"""Comparison of runs: settings that differ, the ends of their curves, and their samples of one prompt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.config.loading import flat_settings
from engine.config.settings import RunSettings
from engine.formatting import UNKNOWN, count, decimal, duration, rate
from engine.runs.journals.words import describe_score, marks_of_evaluation
from engine.runs.listing.selection import smoothed_loss

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.runs.journals.history import RunHistory
    from engine.runs.journals.records import Sample
    from engine.runs.listing.selection import Listed


class Cell(NamedTuple):
    """A value of one run, and its text."""

    value: Any
    text: str


@dataclass(frozen=True)
class Comparison:
    """Rows by name; each has a cell for every run."""

    names: tuple[str, ...]
    settings: dict[str, tuple[Cell, ...]]
    """Settings that differ, as in `--set KEY=VALUE`; None where a run has no such setting or leaves it open."""
    ends: dict[str, tuple[Cell, ...]]
    """Figures at the newest step of each run."""
    prompt: str | None
    """Prompt of which all runs have samples; None when there is none."""
    samples: tuple[Sample, ...]
    """Newest sample of that prompt by each run."""

    def as_json(self) -> dict[str, Any]:
        """Return the comparison as JSON types."""

        def values(rows: dict[str, tuple[Cell, ...]]) -> dict[str, list[Any]]:
            return {name: [cell.value for cell in cells] for name, cells in rows.items()}

        return {
            "runs": self.names,
            "settings": values(self.settings),
            "ends": values(self.ends),
            "prompt": self.prompt,
            "samples": [{"step": sample.step, "completion": sample.completion} for sample in self.samples],
        }


def compare(runs: Sequence[Listed]) -> Comparison:
    """Compare runs that have been read, in this order."""
    settings = [flat_settings(run.settings) if run.settings else {} for run in runs]
    groups = RunSettings.__struct_fields__
    keys = sorted(
        dict.fromkeys(key for one in settings for key in one),
        key=lambda key: groups.index(key.partition(".")[0]),
    )
    rows = {key: tuple(_setting(one.get(key)) for one in settings) for key in keys}
    figures = [_figures(run) for run in runs]
    prompt, samples = _samples([run.history.samples for run in runs])
    return Comparison(
        tuple(run.history.run.name for run in runs),
        {key: cells for key, cells in rows.items() if any(cell != cells[0] for cell in cells)},
        {name: tuple(one[name] for one in figures) for name in (figures[0] if figures else ())},
        prompt,
        samples,
    )


def _setting(value: Any) -> Cell:
    match value:
        case None:
            return Cell(value, UNKNOWN)
        case bool():
            return Cell(value, str(value).lower())
        case list() | tuple():
            return Cell(value, ", ".join(str(item) or "''" for item in value) or UNKNOWN)
        case _:
            return Cell(value, str(value))


def _figures(run: Listed) -> dict[str, Cell]:
    history: RunHistory = run.history
    last, started, evaluation = history.last, history.started, history.held_out
    mark = marks_of_evaluation(evaluation, run.settings.tokenizer if run.settings else "")
    loss, bits = (evaluation.val_loss, evaluation.val_bpb) if evaluation else (None, None)
    unknown = Cell(None, UNKNOWN)
    smoothed = smoothed_loss(history)
    return {
        "state": Cell(history.state, history.state),
        "parameters": Cell(started.parameters, count(started.parameters)) if started else unknown,
        "step": Cell(last.step, f"{last.step:,}") if last else unknown,
        "tokens": Cell(last.tokens, count(last.tokens)) if last else unknown,
        "passes over the text": _number(last.epoch if last else None),
        "training time": Cell(last.seconds, duration(last.seconds)) if last else unknown,
        "speed": Cell(last.tokens_per_second, rate(last.tokens_per_second)) if last else unknown,
        "training loss, smoothed": _number(smoothed),
        "held-out loss": Cell(loss, describe_score(loss)) if evaluation else unknown,
        "bits per byte": Cell(bits, describe_score(bits) + mark) if evaluation else unknown,
    }


def _number(value: float | None) -> Cell:
    return Cell(value, UNKNOWN if value is None else decimal(value, 4))


def _samples(histories: Sequence[Sequence[Sample]]) -> tuple[str | None, tuple[Sample, ...]]:
    newest = [{sample.prompt: sample for sample in samples} for samples in histories]
    for prompt in newest[0] if newest else ():
        if all(prompt in samples for samples in newest):
            return prompt, tuple(samples[prompt] for samples in newest)
    return None, ()
