"""`lilm study batches`: the training data of a step, as ids and as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.commands.common.numbers import integer
from engine.commands.common.printing import notice, say, say_json, table
from engine.runs.folder import find_run
from engine.sanitize import shorten, token_label

if TYPE_CHECKING:
    import argparse

    from engine.studies.results.batches import BatchStudy

LAST_STEP = 2**40
LAST_WINDOW = 2**20
IDS_SHOWN = 12
TEXT_CELLS = 60
CONTEXT_CELLS = 64


def add_parser(studies: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = studies.add_parser(
        "batches",
        help="show what a network learns from in a step",
        description="Show the batch of a step as ids and as text, and the examples that one of its windows holds: "
        "each token is predicted from the growing context before it, in masked training from both sides.",
    )
    parser.add_argument("run_name", metavar="RUN")
    parser.add_argument("--batch", type=integer(0, LAST_STEP), default=0, metavar="K",
                        help="the batch of step K, from 0 (default 0)")  # fmt: skip
    parser.add_argument("--window", type=integer(1, LAST_WINDOW), default=1, metavar="W",
                        help="the window of which examples are shown, from 1 (default 1)")  # fmt: skip
    parser.add_argument("--examples", type=integer(1, 10_000), default=8, metavar="N",
                        help="examples of the window (default 8)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from engine.studies.batches import study_batches

    run = find_run(arguments.run_name)
    study = study_batches(run, arguments.batch, arguments.examples, notice, arguments.window - 1)
    if arguments.json:
        say_json(study)
    else:
        say(as_text(study))
    return 0


def as_text(study: BatchStudy) -> str:
    """Return a table of the windows, then one of the examples of one of them."""
    windows = [
        (
            str(number),
            " ".join(map(str, ids[:IDS_SHOWN])) + (" …" if len(ids) > IDS_SHOWN else ""),
            shorten(text.replace("\n", "↵"), TEXT_CELLS),
        )
        for number, (ids, text) in enumerate(zip(study.inputs, study.texts, strict=True), 1)
    ]
    examples = [
        (
            _end("".join(map(token_label, example.context))),
            token_label(example.target),
            str(example.target_id),
        )
        for example in study.examples
    ]
    shape = f"batch {study.step:,}: {len(study.inputs)} windows of {len(study.inputs[0])} tokens"
    return (
        f"{shape}\n\n{table(('window', 'ids', 'text'), windows, left=3)}\n\nexamples of window {study.window + 1}\n\n"
        f"{table(('context', 'token to predict', 'id'), examples, left=2)}"
    )


def _end(text: str) -> str:
    return text if len(text) <= CONTEXT_CELLS else f"…{text[1 - CONTEXT_CELLS :]}"
