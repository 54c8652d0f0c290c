"""`lilm study baselines`: losses that a run's model should beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.commands.common.numbers import integer
from engine.commands.common.printing import notice, say, say_json, table
from engine.formatting import decimal
from engine.runs.folder import find_run

if TYPE_CHECKING:
    import argparse

    from engine.studies.results.baselines import BaselineStudy

ORDER = 5


def add_parser(studies: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = studies.add_parser(
        "baselines",
        help="the losses of simple models on a run's held-out text",
        description="Count n-grams of a run's training text and score its held-out text with them, in nats per token "
        "of the run's tokenizer: what a network should beat. The chart of the app draws the same as lines.",
    )
    parser.add_argument("run_name", metavar="RUN")
    parser.add_argument("--order", type=integer(2, 12), default=ORDER, metavar="N",
                        help=f"of the Kneser-Ney n-gram (default {ORDER})")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from engine.studies.baselines import study_baselines

    study = study_baselines(find_run(arguments.run_name), arguments.order, notice)
    if arguments.json:
        say_json(study)
    else:
        say(as_text(study))
    return 0


def as_text(study: BaselineStudy) -> str:
    rows = (
        ("equal probabilities", decimal(study.uniform)),
        ("frequencies of the tokens", decimal(study.unigram)),
        (f"{study.order}-gram, Kneser-Ney", decimal(study.kneser_ney)),
    )
    return table(("baseline", "nats per token"), rows)
