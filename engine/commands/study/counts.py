"""`lilm study counts`: n-grams of a run's training text with their counts and probabilities."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from engine.commands.common.numbers import integer
from engine.commands.common.printing import notice, say, say_json, table, write_file
from engine.formatting import percent
from engine.runs.folder import find_run

if TYPE_CHECKING:
    import argparse

    from engine.studies.results.counts import CountStudy

LONGEST_NGRAM = 10
MOST_ROWS = 1_000_000


def add_parser(studies: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = studies.add_parser(
        "counts",
        help="count pairs of tokens, and longer n-grams",
        description="Count the n-grams of the text that a run was trained on, in the run's tokens: what a raw n-gram "
        "model is made of. A star marks those that greedy text, always the most frequent next token, comes by again "
        "and again.",
    )
    parser.add_argument("run_name", metavar="RUN")
    parser.add_argument("--order", type=integer(1, LONGEST_NGRAM), default=2, metavar="N",
                        help="tokens of an n-gram (default 2, pairs)")  # fmt: skip
    parser.add_argument("--context", default="", metavar="TEXT",
                        help="only n-grams that begin with the last N - 1 tokens of this text")  # fmt: skip
    parser.add_argument("--top", type=integer(1, MOST_ROWS), default=20, metavar="N",
                        help="the N most frequent ones (default 20)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--csv", metavar="FILE", help="also write a row for each n-gram")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from engine.studies.counts import study_counts
    from engine.training.data.run_tokens import tokens_of_run

    tokenizer, tokens = tokens_of_run(find_run(arguments.run_name), notice)
    study = study_counts(
        tokens.train, tokenizer, order=arguments.order, context=arguments.context, top=arguments.top
    )
    if arguments.csv:
        write_file(arguments.csv, as_csv(study))
    if arguments.json:
        say_json(study)
    else:
        say(as_text(study))
    return 0


def as_text(study: CountStudy) -> str:
    """Return a table, with the walk from the context below it."""
    rows = [
        (" → ".join(map(_shown, ngram.tokens)), f"{ngram.count:,}", percent(ngram.probability),
         "*" if ngram.in_loop else "")
        for ngram in study.ngrams
    ]  # fmt: skip
    name = {1: "token", 2: "pair"}.get(study.order, f"{study.order}-gram")
    counted = f"{study.distinct:,} different {name}s in {study.tokens:,} tokens"
    if study.loop:
        ends = f"caught in a loop (*) of {len(study.loop)}: {' '.join(map(_shown, study.loop))}"
    else:
        ends = "which ends" if study.walk else ""
    if study.context:
        counted += f"; shown are those after {' '.join(map(_shown, study.context))}"
    walk = f"always the most frequent: {' '.join(map(_shown, study.walk))}\n{ends}"
    return f"{table((name, 'count', 'probability', ''), rows)}\n\n{counted}\n{walk}"


def as_csv(study: CountStudy) -> str:
    """Return a row for each n-gram: its tokens, count and probability, and whether it is in the loop."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [*(f"token_{number + 1}" for number in range(study.order)), "count", "probability", "in_loop"]
    )
    for ngram in study.ngrams:
        writer.writerow([*ngram.tokens, ngram.count, ngram.probability, int(ngram.in_loop)])
    return out.getvalue()


def _shown(token: str) -> str:
    """Return a token with its white space visible."""
    return token.strip() or repr(token)[1:-1].replace(" ", "␣")
