"""`lilm race`: one run of each kind of model on one text, with one time budget, then the same prompt to all."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from engine.commands.common.printing import note, say, say_json, table
from engine.commands.common.prompts import sample_all
from engine.config.presets import DEFAULT_CORPUS, RACE
from engine.errors import LilmError
from engine.formatting import count, duration
from engine.race import create_race, queue_race
from engine.runs.journals.history import RunHistory
from engine.runs.journals.words import describe_score, marks_of_evaluation

if TYPE_CHECKING:
    import argparse

    from engine.runs.folder import Run


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "race",
        help="train one model of each kind on a text and compare them",
        description=f"Train {', '.join(RACE)} on a text, one after another with the same time budget, and compare "
        "their bits per byte of held-out text and what they make of one prompt. The runs need no terminal.",
    )
    parser.add_argument("corpus", nargs="*", default=[DEFAULT_CORPUS], help="as for lilm train")
    parser.add_argument("--budget", default="1m", help="for each model: 1m, 90s (default: 1m)")
    parser.add_argument("--prompt", default="", help="prompt for all models at the end")
    parser.add_argument(
        "--detach", action="store_true", help="return as soon as the runs wait for their turns"
    )
    parser.add_argument(
        "--json", action="store_true", help="print each run's metrics, events and result as JSON lines"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from engine.commands.common.watching import watch_run

    runs = create_race(arguments.corpus, arguments.budget)
    queue_race(runs)
    if arguments.detach:
        if not arguments.json:
            say(f"{', '.join(run.name for run in runs)} train one after another; see them with lilm runs")
        return 0
    status = 0
    for racer in runs:
        if not arguments.json:
            note(racer.name)
        try:
            watch_run(racer, json=arguments.json)
        except LilmError as error:
            note(str(error))
            status = error.exit_code
    _show(runs, json=arguments.json)
    if not arguments.json:
        finished = [run for run in runs if RunHistory(run).read_all().state == "finished"]
        sample_all(finished, arguments.prompt)
    return status


def _show(runs: list[Run], *, json: bool) -> None:
    """Print the results, the best first, and last what was not measured."""
    results = sorted(map(_result, runs), key=lambda result: inf if result[1] is None else result[1])
    if json:
        for name, bpb, parameters, seconds in results:
            say_json(
                {"event": "raced", "run": name, "val_bpb": bpb, "parameters": parameters, "seconds": seconds}
            )
        return
    rows = []
    for name, bpb, parameters, seconds in results:
        run = next(run for run in runs if run.name == name)
        history = RunHistory(run).read_all()
        marks = marks_of_evaluation(history.held_out, run.settings().tokenizer)
        score = "-" if bpb is None else f"{describe_score(bpb)}{marks}"
        rows.append((name, score, count(parameters or 0), duration(seconds)))
    say(table(("run", "bits per byte", "parameters", "training"), rows))


def _result(run: Run) -> tuple[str, float | None, int | None, float]:
    """Return name, bits per byte (None without held-out text), parameters and seconds."""
    history = RunHistory(run).read_all()
    held_out, finished = history.held_out, history.finished
    impossible = held_out is not None and held_out.val_bpb is None
    bpb = inf if impossible else held_out.val_bpb if held_out else None
    return (
        run.name,
        bpb,
        history.started.parameters if history.started else None,
        finished.seconds if finished else 0.0,
    )
