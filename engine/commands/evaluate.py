"""`lilm eval`: how well a run's model predicts a text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine import formatting
from engine.commands.printing import note, say, say_json
from engine.commands.sampling_options import add_model_options

if TYPE_CHECKING:
    import argparse

    from engine.training.evaluation import Evaluation


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "eval",
        help="measure how well a model predicts a text",
        description="Measure how well a model predicts a text: bits per byte, which compare models of every "
        "kind; loss in nats per token and its exponential, the perplexity, which compare models with the same "
        "tokenizer only. Each document is scored by itself, from nothing but what it has before a token; of one "
        "longer than the context, every token sees at least half a context.",
    )
    parser.add_argument("run_name", metavar="RUN")
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file, folder, glob or corpus's name")
    add_model_options(parser)
    parser.add_argument("--json", action="store_true", help="one object; null stands for infinite")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from engine.corpora.corpus import open_corpus
    from engine.inference.loading import load_run
    from engine.training.evaluation import evaluate

    loaded = load_run(arguments.run_name, arguments.step, arguments.device)
    corpus = open_corpus(arguments.files)
    for line in corpus.notes:
        note(f"lilm: {line}")
    ids = loaded.tokenizer.encode_documents(document.text for document in corpus.documents())
    evaluation = evaluate(loaded.model, ids, corpus.bytes, loaded.tokenizer.end_of_text)
    if evaluation.impossible:
        note(
            f"lilm: the model took {evaluation.impossible:,} of {evaluation.tokens:,} tokens for impossible, "
            "so its loss is infinite; a smoothed model takes none"
        )
    if arguments.json:
        say_json(as_json(evaluation))
    else:
        say(as_text(evaluation))
    return 0


def as_json(evaluation: Evaluation) -> dict[str, object]:
    return {
        "loss": evaluation.loss,
        "perplexity": evaluation.perplexity,
        "bits_per_byte": evaluation.bits_per_byte,
        "tokens": evaluation.tokens,
        "bytes": evaluation.bytes,
        "impossible_tokens": evaluation.impossible,
    }


def as_text(evaluation: Evaluation) -> str:
    def number(value: float) -> str:
        return formatting.decimal(value) if math.isfinite(value) else "infinite"

    return "\n".join(
        [
            f"bits per byte  {number(evaluation.bits_per_byte)}",
            f"loss           {number(evaluation.loss)} nats per token",
            f"perplexity     {number(evaluation.perplexity)}",
            f"text           {evaluation.bytes:,} bytes, {evaluation.tokens:,} tokens",
        ]
    )
