"""`lilm study merges`: the merges of a byte-pair encoding while it is learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.commands.common.numbers import integer
from engine.commands.common.printing import notice, say, say_json
from engine.runs.folder import find_run
from engine.sanitize import token_label

if TYPE_CHECKING:
    import argparse

    from engine.studies.results.merges import Merge

LARGEST_VOCABULARY = 1_000_000


def add_parser(studies: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = studies.add_parser(
        "merges",
        help="show how a BPE tokenizer learns its merges",
        description="Learn the byte-pair encoding of a run again from its training text, and show each merge when it "
        "happens: the pair of tokens, how often it occurs, and an example text as it is tokenized from then on.",
    )
    parser.add_argument("run_name", metavar="RUN")
    parser.add_argument("--size", type=integer(258, LARGEST_VOCABULARY), metavar="N",
                        help="vocabulary size (default the run's, or 1024 where it has no BPE)")  # fmt: skip
    parser.add_argument(
        "--text", default="", help="the example text (default the beginning of the training text)"
    )
    parser.add_argument("--json", action="store_true", help="print an object for each merge")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from engine.studies.merges import study_merges

    study_merges(
        find_run(arguments.run_name),
        say_json if arguments.json else lambda merge: say(as_text(merge)),
        size=arguments.size,
        text=arguments.text,
        notify=notice,
    )
    return 0


def as_text(merge: Merge) -> str:
    """Return a line for the merge, and below it the example text where the merge changes it."""
    line = (
        f"{merge.number:>6,}  {token_label(merge.left)} + {token_label(merge.right)} = {token_label(merge.token)}"
        f"  {merge.count:,} times"
    )
    return f"{line}\n        {'|'.join(merge.cut)}" if merge.cut else line
