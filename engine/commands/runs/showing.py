"""`lilm runs show`: settings, evaluations and checkpoints of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from engine import formatting
from engine.commands.common.printing import say, say_json
from engine.commands.common.watching import in_words
from engine.commands.runs.listing import read_run, score_marks, summary
from engine.runs.checkpoints import complete_steps
from engine.runs.folder import find_run
from engine.runs.journals.records import METRICS
from engine.runs.journals.words import describe_impossible, describe_score, explain_marks, waiting_for

if TYPE_CHECKING:
    import argparse

    from engine.runs.journals.records import Evaluated


def add_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    show = actions.add_parser("show", help="settings, evaluations and checkpoints of a run")
    show.add_argument("run_name", metavar="RUN", nargs="?", help="default the newest run")
    show.add_argument("--json", action="store_true", help="one object")
    show.set_defaults(run=run_show)


def run_show(arguments: argparse.Namespace) -> int:
    from engine.config.loading import to_toml

    run = find_run(arguments.run_name)
    listed = read_run(run)
    facts, settings, history = summary(listed), listed.settings, listed.history
    checkpoints = complete_steps(run)
    if arguments.json:
        say_json({**facts, "checkpoints": checkpoints, "settings": msgspec.to_builtins(settings)})
        return 0
    say(
        f"{run.name} {in_words(facts['state'])}, {formatting.duration(facts['seconds'])} of training, in {run.folder}"
    )
    if listed.note:
        say(listed.note)
    if history.last is not None:
        values = (metric.describe(history.last) for metric in METRICS.values())
        say(f"step {history.last.step:,}: {', '.join(filter(None, values))}")
    if history.extension:
        say(f"its budget is now {history.extension.budget}")
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
        bits = describe_score(evaluation.val_bpb) + score_marks(facts)
        impossible = f"  {describe_impossible(evaluation.impossible)}" if evaluation.impossible else ""
        say(f"step {evaluation.step:>9,}  val loss {loss:<7} bits per byte {bits}{impossible}{best}")
    for mark in explain_marks([score_marks(facts)]):
        say(mark)
    say("checkpoints at " + (", ".join(f"{step:,}" for step in checkpoints) or "no step yet"))
    if history.skipped_lines:
        say(f"{history.skipped_lines:,} lines of its journals could not be read and were left out")
    say()
    say(to_toml(settings).rstrip() if settings else facts["problem"])
    return 0


def _describe_final(evaluation: Evaluated) -> str:
    if evaluation.whole:
        return "  whole held-out text"
    return f"  {evaluation.tokens_scored or 0:,} held-out tokens"
