"""`lilm study origin`: what of a text stands verbatim in a run's training text."""

from __future__ import annotations

import csv
import io
import sys
from typing import TYPE_CHECKING

from engine.commands.common.numbers import integer
from engine.commands.common.printing import StatusLine, notice, say, say_json, table, write_file
from engine.errors import MisuseError
from engine.formatting import percent
from engine.runs.folder import find_run
from engine.sanitize import single_line

if TYPE_CHECKING:
    import argparse

    from engine.studies.results.origin import OriginStudy

SPAN_CELLS, CONTEXT_CELLS = 60, 24


def add_parser(studies: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = studies.add_parser(
        "origin",
        help="find what of a text stands in the training text",
        description="Find the longest spans of a text that stand verbatim in the text that a run was trained on, "
        "and how many of its n-grams were ever seen: this separates memorizing from learning. Without a text it "
        "reads standard input.",
    )
    parser.add_argument("run_name", metavar="RUN")
    parser.add_argument("text", metavar="TEXT", nargs="?", default="-", help="- reads standard input")
    parser.add_argument("--shortest", type=integer(3, 10_000), default=8, metavar="N",
                        help="fewest tokens of a span that counts as copied (default 8)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--csv", metavar="FILE", help="also write a row for each span")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from engine.commands.common.prompts import standard_input
    from engine.studies.origin import study_origin
    from engine.training.data.run_tokens import tokens_of_run

    if arguments.text == "-" and sys.stdin.isatty():
        raise MisuseError("give a text, or a pipe such as lilm sample RUN | lilm study origin RUN")
    text = standard_input() if arguments.text == "-" else arguments.text
    tokenizer, tokens = tokens_of_run(find_run(arguments.run_name), notice)
    with StatusLine(sys.stderr, quiet_seconds=1.0, first_plain=10.0) as line:
        study = study_origin(
            tokens.train,
            tokenizer,
            text,
            shortest=arguments.shortest,
            progress=lambda fraction: line.show(f"searching the training text: {percent(fraction)}"),
        )
    if arguments.csv:
        write_file(arguments.csv, as_csv(study))
    if arguments.json:
        say_json(study)
    else:
        say(as_text(study))
    return 0


def as_text(study: OriginStudy) -> str:
    """Return a table of the spans with their positions, and one of the n-grams that were seen."""
    spans = [
        (
            single_line(span.text.strip(), SPAN_CELLS),
            str(span.tokens),
            f"{span.occurrences:,}",
            f"{span.document:,}",
            single_line(f"{span.before[-CONTEXT_CELLS:]}[…]{span.behind}", CONTEXT_CELLS * 2),
        )
        for span in study.spans
    ]
    ngrams = [
        (str(one.order), f"{one.seen:,} of {one.of:,}", percent(one.seen / one.of)) for one in study.ngrams
    ]
    copied = (
        f"{percent(study.copied)} of {study.tokens:,} tokens lie in spans of {study.shortest} or more that stand in "
        "the training text"
    )
    parts = [copied]
    if spans:
        parts.append(table(("span", "tokens", "times", "document", "around the first"), spans))
    parts.append(table(("n", "n-grams seen", ""), ngrams))
    return "\n\n".join(parts)


def as_csv(study: OriginStudy) -> str:
    """Return a row for each span."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["start", "tokens", "occurrences", "document", "text"])
    writer.writerows(
        [span.start, span.tokens, span.occurrences, span.document, span.text] for span in study.spans
    )
    return out.getvalue()
