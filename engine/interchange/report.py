"""A Markdown page of a run, with its curve as an SVG picture beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from engine.config.command import train_command
from engine.config.loading import to_toml
from engine.errors import LilmError
from engine.files.storage import write_atomically
from engine.formatting import count, size
from engine.interchange.curve_picture import curve_picture
from engine.interchange.exporting import refuse_existing
from engine.models.registry import family_of
from engine.runs.folder import find_run
from engine.runs.journals.words import describe_score, explain_marks, marks_of_evaluation
from engine.runs.listing.comparison import compare
from engine.sanitize import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from engine.config.settings import RunSettings
    from engine.runs.folder import Run
    from engine.runs.journals.records import Sample
    from engine.runs.listing.selection import Listed

SHOWN_SAMPLES = 3
"""Samples of each prompt: the first, those at even distances, and the last."""
SHOWN_PACKAGES = ("lilm", "torch", "numpy", "tiktoken")


def write_report(listed: Listed, destination: Path) -> Path:
    """Write the page and, beside it with the suffix .svg, the picture; return the picture's path.

    Raises MisuseError when one of them exists or cannot be written.
    """
    picture = destination.with_suffix(".svg")
    refuse_existing(destination)
    refuse_existing(picture)
    write_atomically(picture, curve_picture(listed.history), parents=False)
    write_atomically(destination, report(listed, picture.name), parents=False)
    return picture


def report(listed: Listed, picture: str) -> str:
    """Return the page. `picture`: link to the curve."""
    history, settings = listed.history, listed.settings
    run = history.run
    parts = [f"# {run.name}"]
    if listed.note:
        parts.append("\n".join(f"> {_plain(line)}" for line in listed.note.splitlines()))
    parts.append(f"![training and held-out loss of {run.name} by step](<{picture}>)")
    if settings is not None:
        parts += ["## Command", _fenced(train_command(settings, base=_base(settings), name=run.name), "sh")]
    ends = compare([listed]).ends
    parts += ["## Result", _table(("", ""), [(name, cells[0].text) for name, cells in ends.items()])]
    evaluations = [*history.evaluations, *filter(None, [history.final])]
    if evaluations:
        tokenizer = settings.tokenizer if settings else ""
        rows = [
            (
                f"{one.step:,}" + (" (best)" if one is history.best else ""),
                f"{one.tokens_scored or 0:,}" if one.tokens_scored else "all",
                describe_score(one.val_loss),
                describe_score(one.val_bpb) + marks_of_evaluation(one, tokenizer),
            )
            for one in evaluations
        ]
        header = ("step", "held-out tokens", "held-out loss", "bits per byte")
        parts += ["## Evaluations", _table(header, rows)]
        parts += explain_marks([marks_of_evaluation(evaluations[-1], tokenizer)])
    if history.samples:
        parts += ["## Samples", *_samples(history.samples)]
    if settings is not None:
        parts += ["## Recipe", _about(run, settings), _fenced(to_toml(settings).rstrip(), "toml")]
    return "\n\n".join(parts) + "\n"


def _samples(samples: Sequence[Sample]) -> Iterable[str]:
    for prompt in dict.fromkeys(sample.prompt for sample in samples):
        of_prompt = [sample for sample in samples if sample.prompt == prompt]
        last = len(of_prompt) - 1
        chosen = sorted({round(last * part / (SHOWN_SAMPLES - 1)) for part in range(SHOWN_SAMPLES)})
        for index in chosen:
            sample = of_prompt[index]
            yield f"At step {sample.step:,}:"
            yield _fenced(visible(sample.prompt + sample.completion), "text")


def _about(run: Run, settings: RunSettings) -> str:
    """Return text, machine and versions, as far as they are recorded."""
    data, environment = run.read_json("data.json"), run.read_json("env.json")
    rows: list[tuple[str, str]] = [("model", family_of(settings.model).label)]
    for file in _dictionaries(data.get("files")):
        rows.append(
            ("text", f"{file.get('name')}, {_size(file.get('bytes'))}, SHA-256 `{file.get('sha256')}`")
        )
    for key in ("train_tokens", "validation_tokens"):
        if isinstance(data.get(key), int):
            rows.append((key.replace("_", " ").replace("validation", "held-out"), count(data[key])))
    plan = environment.get("plan")
    if isinstance(plan, dict):
        rows.append(("device", f"{plan.get('device')}, {plan.get('precision')}"))
    packages = environment.get("packages")
    if isinstance(packages, dict):
        known = [f"{name} {packages[name]}" for name in SHOWN_PACKAGES if name in packages]
        rows.append(("versions", ", ".join([f"Python {environment.get('python')}", *known])))
    return _table(("", ""), rows)


def _dictionaries(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _size(value: Any) -> str:
    return size(value) if isinstance(value, int | float) else "of unknown size"


def _base(settings: RunSettings) -> RunSettings | None:
    try:
        return find_run(settings.base).settings() if settings.base else None
    except LilmError:
        return None


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(_plain, line))} |" for line in lines)


def _plain(text: str) -> str:
    """Return text for a line of Markdown: visible, and nothing of it is a table's border or a tag."""
    return visible(text).replace("\n", " ").replace("|", "\\|").replace("<", "&lt;")


def _fenced(text: str, language: str) -> str:
    """Return a code block whose fence is longer than any in the text."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
