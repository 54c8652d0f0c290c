"""`lilm study quantization`: a network with its weights in fp32, bf16, int8 and int4."""

from __future__ import annotations

import csv
import io
import sys
from typing import TYPE_CHECKING

from engine.commands.common.numbers import integer
from engine.commands.common.printing import StatusLine, notice, say, say_json, table, write_file
from engine.commands.common.sampling_options import add_model_options
from engine.formatting import decimal, percent, size

if TYPE_CHECKING:
    import argparse

    import numpy as np
    from numpy.typing import NDArray

    from engine.inference.loading import LoadedModel
    from engine.models.family import WeightFormat
    from engine.studies.results.quantization import QuantizationStudy

MOST_TOKENS = 10**7
DECODED = 1000
"""Tokens that are fed one by one where `--decoded` names no number."""


def add_parser(studies: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = studies.add_parser(
        "quantization",
        help="measure what weights with fewer bits cost and gain",
        description="Round the weights of a network to bf16, int8 (a scale for each row) and int4 (a scale for each "
        "32 weights of a row), and compare size, decoding speed, held-out loss, and how many greedy tokens change. "
        "On a CPU with a C++ compiler a GPT with fewer bits is decoded faster; elsewhere weights are rounded only.",
    )
    parser.add_argument("run_name", metavar="RUN")
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="a file, folder, glob or corpus's name to score (default the held-out text of the run)",
    )
    parser.add_argument("--scored", type=integer(1, MOST_TOKENS), default=20_000, metavar="N",
                        help="tokens of which the loss is the mean, of whole documents (default 20,000)")  # fmt: skip
    parser.add_argument("--decoded", type=integer(1, MOST_TOKENS), default=DECODED, metavar="N",
                        help=f"tokens that are fed one by one (default {DECODED:,})")  # fmt: skip
    add_model_options(parser)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--csv", metavar="FILE", help="also write a row for each format")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from engine.inference.loading import load_run
    from engine.studies.quantization import study_quantization
    from engine.training.data.held_out import held_out_text

    loaded = load_run(arguments.run_name, arguments.step, arguments.device, notice)
    loaded.begin_decoding(notice)
    ids = _text_of(loaded, arguments.files)
    longest = loaded.model.context_length or arguments.scored
    held_out = held_out_text(ids, loaded.tokenizer.end_of_text).sample(
        arguments.scored, longest, loaded.settings.seed
    )
    with StatusLine(sys.stderr, quiet_seconds=1.0, first_plain=10.0) as line:

        def load(weights: WeightFormat) -> LoadedModel:
            line.show(f"decoding and scoring with {weights}")
            return load_run(loaded.run, loaded.step, loaded.device, weights=weights)

        study = study_quantization(load, held_out, decoded=arguments.decoded)
    if arguments.csv:
        write_file(arguments.csv, as_csv(study))
    if arguments.json:
        say_json(study)
    else:
        say(as_text(study))
    return 0


def _text_of(loaded: LoadedModel, files: list[str]) -> NDArray[np.integer]:
    """Return the ids of files, or else of the run's held-out text."""
    from engine.corpora.corpus import open_corpus
    from engine.training.data.run_tokens import tokens_of_run

    if not files:
        return tokens_of_run(loaded.run, notice)[1].validation
    corpus = open_corpus(files)
    for note in corpus.notes:
        notice(note)
    return loaded.tokenizer.encode_documents(document.text for document in corpus.documents())


def as_text(study: QuantizationStudy) -> str:
    """Return a table with a row for each format."""
    plain = study.formats[0]
    rows = [
        (
            at.weights,
            size(at.bytes),
            f"{at.bytes / plain.bytes:.2f}",
            f"{at.tokens_per_second:,.0f}",
            f"{at.tokens_per_second / plain.tokens_per_second:.2f}",
            decimal(at.loss),
            f"{round(at.loss - plain.loss, 4) + 0.0:+.4f}",  # no -0.0000
            f"{at.changed:,}",
            percent(at.changed / study.decoded),
        )
        for at in study.formats
    ]
    header = (
        "weights",
        "size",
        "of fp32",
        "tokens/s",
        "of fp32",
        "loss, nats",
        "",
        "changed greedy tokens",
        "",
    )
    return (
        f"{table(header, rows)}\n\nloss of {study.scored:,} held-out tokens; speed and greedy tokens of "
        f"{study.decoded:,} that were fed one by one"
    )


def as_csv(study: QuantizationStudy) -> str:
    """Return a row for each format."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["weights", "bytes", "tokens_per_second", "loss", "changed", "decoded", "scored"])
    writer.writerows(
        [at.weights, at.bytes, at.tokens_per_second, at.loss, at.changed, study.decoded, study.scored]
        for at in study.formats
    )
    return out.getvalue()
