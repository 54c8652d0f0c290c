"""`lilm runs`: list, show, rename, remove and export runs."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from engine import formatting
from engine.commands.common.printing import note, notice, say, say_json, table
from engine.commands.common.sampling_options import add_step_option
from engine.commands.common.watching import in_words
from engine.commands.exporting import export
from engine.errors import MisuseError, UnreadableError
from engine.runs.checkpoints import complete_steps, read_checkpoint
from engine.runs.folder import dependents, find_run, list_runs, remove_run, rename_run
from engine.runs.history import RunHistory
from engine.runs.records import METRICS
from engine.runs.status import ALIVE, run_state
from engine.runs.words import (
    describe_impossible,
    describe_score,
    explain_marks,
    lossless_of,
    mark_of,
    waiting_for,
)

if TYPE_CHECKING:
    from engine.runs.folder import Run
    from engine.runs.records import Evaluated


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "runs", help="list, show, rename, remove and export runs", description=__doc__
    )
    parser.add_argument("--json", action="store_true", help="one object a line")
    parser.set_defaults(run=run_list)
    actions = parser.add_subparsers(metavar="ACTION")

    listing = actions.add_parser("list", help="all runs, the newest first (also without an action)")
    # SUPPRESS: its absence here does not undo the one before the action.
    listing.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="one object a line")
    listing.set_defaults(run=run_list)

    show = actions.add_parser("show", help="settings, evaluations and checkpoints of a run")
    show.add_argument("run_name", metavar="RUN")
    show.add_argument("--json", action="store_true", help="one object")
    show.set_defaults(run=run_show)

    rename = actions.add_parser("rename", help="give a run another name")
    rename.add_argument("run_name", metavar="RUN")
    rename.add_argument("new_name", metavar="NAME")
    rename.add_argument("--yes", action="store_true", help="also when other runs began from it")
    rename.set_defaults(run=run_rename)

    remove = actions.add_parser("remove", help="delete a run for good")
    remove.add_argument("run_name", metavar="RUN")
    remove.add_argument("--yes", action="store_true", help="do not ask, also when other runs began from it")
    remove.set_defaults(run=run_remove)

    exporting = actions.add_parser("export", help="a run's model and tokenizer for use elsewhere")
    exporting.add_argument("run_name", metavar="RUN")
    exporting.add_argument(
        "destination",
        metavar="FOLDER|FILE",
        type=Path,
        help="a new folder for both; FILE.arpa for the table of an n-gram, as KenLM and others read it; "
        "FILE.json for the tokenizer, as Hugging Face's tokenizer.json",
    )
    add_step_option(exporting)
    exporting.set_defaults(run=run_export)


def run_list(arguments: argparse.Namespace) -> int:
    summaries = [summary(run) for run in list_runs()]
    if arguments.json:
        for line in summaries:
            say_json(line)
        return 0
    if not summaries:
        say("there are no runs yet; start one with lilm train")
        return 0
    header = ("name", "state", "model", "corpus", "step", "val loss", "bits/byte", "age", "size")
    say(table(header, map(_row, summaries), left=4))
    for mark in explain_marks(facts["lossless"] for facts in summaries if facts["evaluated"]):
        say(mark)
    for facts in summaries:
        if facts["problem"]:
            note(f"note: {facts['name']}: {facts['problem']}")
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    from engine.config.loading import to_toml

    run = find_run(arguments.run_name)
    facts = summary(run)
    checkpoints = complete_steps(run)
    try:
        settings = run.settings()
    except UnreadableError:
        settings = None  # reported as the summary's problem
    if arguments.json:
        say_json({**facts, "checkpoints": checkpoints, "settings": msgspec.to_builtins(settings)})
        return 0
    say(
        f"{run.name} {in_words(facts['state'])}, {formatting.duration(facts['seconds'])} of training, in {run.folder}"
    )
    history = RunHistory(run).read_all()
    if history.last is not None:
        values = (metric.describe(history.last) for metric in METRICS.values())
        say(f"step {history.last.step:,}: {', '.join(filter(None, values))}")
    if waits := waiting_for(history.pause):
        say(waits)
    if history.evaluations and not history.evaluations[-1].whole:
        say(f"evaluations score {history.evaluations[-1].tokens_scored or 0:,} held-out tokens")
    for evaluation in (*history.evaluations, *filter(None, [history.final])):
        best = (
            "  best"
            if evaluation.best
            else _describe_final(evaluation)
            if evaluation is history.final
            else ""
        )
        loss = describe_score(evaluation.val_loss)
        bits = describe_score(evaluation.val_bpb) + mark_of(facts["lossless"])
        impossible = f"  {describe_impossible(evaluation.impossible)}" if evaluation.impossible else ""
        say(f"step {evaluation.step:>9,}  val loss {loss:<7} bits per byte {bits}{impossible}{best}")
    for mark in explain_marks([facts["lossless"]] if facts["evaluated"] else []):
        say(mark)
    say("checkpoints at " + (", ".join(f"{step:,}" for step in checkpoints) or "no step yet"))
    if history.skipped_lines:
        say(f"{history.skipped_lines:,} lines of its journals could not be read and were left out")
    say()
    say(to_toml(settings).rstrip() if settings else facts["problem"])
    return 0


def run_rename(arguments: argparse.Namespace) -> int:
    run = find_run(arguments.run_name)
    _refuse_if_alive(run, "rename")
    if (needed := _needed_by(run)) and not arguments.yes:
        raise MisuseError(f"{needed}; add --yes to rename {run.name} anyway")
    renamed = rename_run(run, arguments.new_name)
    say(f"{run.name} is now {renamed.name}")
    return 0


def run_remove(arguments: argparse.Namespace) -> int:
    run = find_run(arguments.run_name)
    _refuse_if_alive(run, "remove")
    if needed := _needed_by(run):
        note(needed)
    if not arguments.yes and not _confirmed(run):
        say(f"{run.name} stays")
        return 0
    remove_run(run)
    say(f"{run.name} was deleted")
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    run = find_run(arguments.run_name)

    def write(step: int, _: Path) -> int:
        export(run, step, arguments.destination)
        return step

    step = read_checkpoint(run, arguments.step, write, notice)
    say(f"{run.name} at step {step:,} is in {arguments.destination}")
    return 0


def summary(run: Run) -> dict[str, Any]:
    """Return the facts of a run for a list, as JSON types."""
    history = RunHistory(run).read_all()
    last, evaluation = history.last, history.held_out
    problem = history.problem or waiting_for(history.pause)
    try:
        settings = run.settings()
        family, corpus = msgspec.to_builtins(settings.model)["family"], list(settings.corpus.sources)
        tokenizer = settings.tokenizer
    except UnreadableError as error:
        family, corpus, tokenizer = "?", [], ""
        problem = problem or str(error)
    return {
        "name": run.name,
        "state": history.state,
        "problem": problem or None,
        "family": family,
        "corpus": corpus,
        "step": last.step if last else 0,
        "val_loss": evaluation.val_loss if evaluation else None,
        "val_bpb": evaluation.val_bpb if evaluation else None,
        # Evaluated and null: infinite.
        "evaluated": evaluation is not None,
        "impossible": evaluation.impossible if evaluation else 0,
        "lossless": lossless_of(evaluation, tokenizer) if evaluation else None,
        "val_whole": evaluation.whole if evaluation else None,
        "seconds": last.seconds if last else 0.0,
        "age_seconds": _age(run),
        "size_bytes": run.size_bytes(),
    }


def _describe_final(evaluation: Evaluated) -> str:
    if evaluation.whole:
        return "  whole held-out text"
    return f"  {evaluation.tokens_scored or 0:,} held-out tokens"


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
    bits = describe_score(facts["val_bpb"]) + mark_of(facts["lossless"])
    return describe_score(facts["val_loss"]) + impossible, bits


def _refuse_if_alive(run: Run, what: str) -> None:
    state = run_state(run)
    if state in ALIVE:
        raise MisuseError(
            f"cannot {what} {run.name} while it is {state}; stop it first with lilm stop {run.name}"
        )


def _needed_by(run: Run) -> str:
    """Return a sentence on the runs that cannot be resumed without this one; empty when there are none."""
    names = [other.name for other in dependents(run)]
    if not names:
        return ""
    listed, began = ", ".join(names), "begins" if len(names) == 1 else "begin"
    return f"{listed} {began} from {run.name} and cannot be resumed without a run of this name"


def _confirmed(run: Run) -> bool:
    sys.stderr.write(f"delete {run.name}, {formatting.size(run.size_bytes())}, for good? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
