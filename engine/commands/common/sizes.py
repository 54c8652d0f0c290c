"""Output of `lilm train --dry-run`: the size of a run before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from engine.commands.common.printing import note, say, say_json, table
from engine.formatting import decimal, duration, size
from engine.runs.folder import list_runs
from engine.runs.sizing import RunSize, TextFigures, free_memory, similar_speed, size_of, warnings

if TYPE_CHECKING:
    from engine.config.settings import RunSettings


def say_size(settings: RunSettings, *, json: bool) -> None:
    """Print the figures of a run. Raises MisuseError when the text or the settings do not fit."""
    from engine.commands.runs.listing import read_run
    from engine.models.registry import parameter_count
    from engine.training.dry_run import measure_text

    text = measure_text(settings)
    parameters = parameter_count(settings.model, text.vocabulary_size)
    found = size_of(settings, text, similar_speed(settings, parameters, map(read_run, list_runs())))
    said = warnings(settings, text, found, free_memory(settings))
    if json:
        figures = {name: getattr(found, name) for name in RunSize.__dataclass_fields__}
        more = {"tokens_per_parameter": found.tokens_per_parameter, "warnings": said}
        say_json({**msgspec.structs.asdict(text), **figures, **more})
        return
    say(table(("", ""), _rows(text, found)).lstrip("\n"))
    for sentence in said:
        note(sentence)


def _rows(text: TextFigures, found: RunSize) -> list[tuple[str, str]]:
    rows = [
        ("vocabulary", f"{text.vocabulary_size:,}"),
        ("training tokens", f"{text.train_tokens:,}"),
        ("held-out tokens", f"{text.held_out_tokens:,}"),
    ]
    if found.parameters is not None:
        rows.append(("parameters", f"{found.parameters:,}"))
    if found.memory_bytes is not None:
        rows.append(("memory, about", size(found.memory_bytes)))
    if found.steps is not None:
        rows.append(("steps", f"{found.steps:,}"))
    if found.passes is not None:
        rows.append(("passes over the text", decimal(found.passes, 3)))
    if found.tokens_per_parameter is not None:
        rows.append(("tokens per parameter", decimal(found.tokens_per_parameter, 3)))
    if found.seconds is not None:
        rows.append(("time", duration(found.seconds)))
    return rows
