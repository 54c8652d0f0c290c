"""`lilm runs list`: all runs with their states and scores."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine import formatting
from engine.commands.common.printing import note, say, say_json, table
from engine.errors import UnreadableError
from engine.formatting import quantity
from engine.models.registry import family_of
from engine.runs.folder import list_runs
from engine.runs.journals.history import RunHistory
from engine.runs.journals.words import (
    describe_impossible,
    describe_score,
    explain_marks,
    lossless_of,
    marks_of,
    waiting_for,
)
from engine.runs.listing.notes import read_note, tags_of
from engine.runs.listing.selection import ORDERS, matches, ordered, smoothed_loss
from engine.sanitize import single_line

if TYPE_CHECKING:
    from engine.config.settings import RunSettings
    from engine.runs.folder import Run

SHOWN_NOTE = 100
"""Most cells of a note in the list."""


@dataclass(frozen=True)
class ListedRun:
    """A run that has been read whole."""

    history: RunHistory
    settings: RunSettings | None
    note: str
    problem: str
    """Reason why the settings cannot be read."""


def add_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    listing = actions.add_parser("list", help="all runs, the newest first (also without an action)")
    # SUPPRESS: their absence here does not undo those before the action.
    add_list_options(listing, default=argparse.SUPPRESS)
    listing.set_defaults(run=run_list)


def add_list_options(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    parser.add_argument("--json", action="store_true", default=default or False, help="one object a line")
    parser.add_argument(
        "--filter",
        metavar="WORDS",
        default=default or "",
        help="only runs with each word in name, state, model, text, tokenizer or note, or a #tag; =-word: without",
    )
    parser.add_argument(
        "--sort",
        choices=ORDERS,
        default=default or ORDERS[0],
        help="order (default newest); of the losses, bits-per-byte alone compares models of different tokenizers",
    )


def run_list(arguments: argparse.Namespace) -> int:
    everything = list(map(read_run, list_runs()))
    words = arguments.filter.split()
    runs = ordered([run for run in everything if matches(run, words)], arguments.sort)
    summaries = [summary(run) for run in runs]
    if arguments.json:
        for line in summaries:
            say_json(line)
        return 0
    if not everything:
        say("there are no runs yet; start one with lilm train")
        return 0
    if not summaries:
        say(f"none of {quantity(len(everything), 'run')} matches {arguments.filter}")
        return 0
    header = ("name", "state", "model", "corpus", "step", "val loss", "bits/byte", "age", "size")
    say(table(header, map(_row, summaries), left=4))
    for mark in explain_marks(map(score_marks, summaries)):
        say(mark)
    for facts in summaries:
        if facts["note"]:
            say(f"{facts['name']}: {single_line(facts['note'], SHOWN_NOTE)}")
    for facts in summaries:
        if facts["problem"]:
            note(f"note: {facts['name']}: {facts['problem']}")
    return 0


def read_run(run: Run) -> ListedRun:
    """Read a run whole. One with damaged settings has a `problem`."""
    history = RunHistory(run).read_all()
    try:
        return ListedRun(history, run.settings(), read_note(run), "")
    except UnreadableError as error:
        return ListedRun(history, None, read_note(run), str(error))


def summary(listed: ListedRun) -> dict[str, Any]:
    """Return the facts of a run for a list, as JSON types."""
    history, settings, run = listed.history, listed.settings, listed.history.run
    last, evaluation = history.last, history.held_out
    problem = history.problem or waiting_for(history.pause) or listed.problem
    tokenizer = settings.tokenizer if settings else ""
    return {
        "name": run.name,
        "state": history.state,
        "problem": problem or None,
        "family": family_of(settings.model).name if settings else "?",
        "corpus": list(settings.corpus.sources) if settings else [],
        "step": last.step if last else 0,
        "smoothed_loss": smoothed_loss(history),
        "val_loss": evaluation.val_loss if evaluation else None,
        "val_bpb": evaluation.val_bpb if evaluation else None,
        # Evaluated and null: infinite.
        "evaluated": evaluation is not None,
        "impossible": evaluation.impossible if evaluation else 0,
        "lossless": lossless_of(evaluation, tokenizer) if evaluation else None,
        "pseudo_likelihood": evaluation.pseudo_likelihood if evaluation else False,
        "val_whole": evaluation.whole if evaluation else None,
        "seconds": last.seconds if last else 0.0,
        "age_seconds": _age(run),
        "size_bytes": run.size_bytes(),
        "note": listed.note,
        "tags": list(tags_of(listed.note)),
    }


def _age(run: Run) -> float | None:
    try:
        return max(0.0, time.time() - run.settings_path.stat().st_mtime)
    except OSError:
        return None


def _row(facts: dict[str, Any]) -> tuple[str, ...]:
    corpora = [source.rstrip("/").rpartition("/")[2] for source in facts["corpus"]]
    return (
        facts["name"],
        facts["state"],
        facts["family"],
        corpora[0] + (f" +{len(corpora) - 1}" if len(corpora) > 1 else "") if corpora else "",
        f"{facts['step']:,}",
        *_scores(facts),
        "-" if facts["age_seconds"] is None else formatting.duration(facts["age_seconds"]),
        formatting.size(facts["size_bytes"]),
    )


def _scores(facts: dict[str, Any]) -> tuple[str, str]:
    """Return loss and bits per byte; after an infinite loss, the number of impossible tokens."""
    if not facts["evaluated"]:
        return "-", "-"
    impossible = f", {describe_impossible(facts['impossible'])}" if facts["impossible"] else ""
    bits = describe_score(facts["val_bpb"]) + score_marks(facts)
    return describe_score(facts["val_loss"]) + impossible, bits


def score_marks(facts: dict[str, Any]) -> str:
    """Return the marks of a run's bits per byte, given its summary."""
    return marks_of(facts["lossless"], facts["pseudo_likelihood"]) if facts["evaluated"] else ""
