"""`lilm eval`: measure the loss of a run's model on a text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine import formatting
from engine.commands.common.printing import note, notice, say, say_json
from engine.commands.common.sampling_options import add_model_options, add_weights_option

if TYPE_CHECKING:
    import argparse

    from engine.training.evaluation.held_out_loss import Evaluation


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "eval",
        help="measure how well a model predicts a text",
        description="Measure how well a model predicts a text: bits per byte, which compare models of every "
        "kind; loss in nats per token and its exponential, the perplexity, which compare models with the same "
        "tokenizer only. Each document is scored separately, given only the tokens before each token; in one "
        "longer than the context, every token sees at least half a context. "
        "Bits per byte count the whole text: an unknown token costs its spelling under a byte "
        "5-gram of the vocabulary, about 30 bits for an English word and 8 for each random letter; "
        "the case and spacing that the tokenizer word loses cost about 0.2 bits per byte under a separate "
        "code. A text that the tokenizer cannot restore is marked: lossless is false. A masked model is scored by "
        "its pseudo-likelihood, each token given those on both sides, in a forward pass of its own: "
        "pseudo_likelihood is true, and the figures are not comparable to other models'.",
    )
    parser.add_argument("run_name", metavar="RUN")
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file, folder, glob or corpus's name")
    add_model_options(parser)
    add_weights_option(parser)
    parser.add_argument("--json", action="store_true", help="one object; null stands for infinite")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from engine.corpora.corpus import open_corpus
    from engine.inference.loading import load_run
    from engine.training.evaluation.held_out_loss import evaluate
    from engine.training.evaluation.side_information import side_information

    loaded = load_run(arguments.run_name, arguments.step, arguments.device, notice, arguments.weights)
    corpus = open_corpus(arguments.files)
    for line in corpus.notes:
        notice(line)
    ids = loaded.tokenizer.encode_documents(document.text for document in corpus.documents())
    side = side_information(loaded.tokenizer, (document.text for document in corpus.documents()))
    corpus.check_unchanged()
    evaluation = evaluate(loaded.model, ids, corpus.bytes, loaded.tokenizer.end_of_text, side)
    if evaluation.impossible:
        note(
            f"lilm: {evaluation.impossible:,} of {evaluation.tokens:,} tokens have probability 0, "
            "so the loss is infinite; a smoothed model has none"
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
        "impossible": evaluation.impossible,
        "impossible_tokens": evaluation.impossible,  # its older name
        "unknown_tokens": evaluation.side.unknown,
        "spelling_bits": evaluation.side.spelling_bits,
        "restoring_bits": evaluation.side.restoring_bits,
        "lossless": evaluation.side.lossless,
        "pseudo_likelihood": evaluation.pseudo_likelihood,
    }


def as_text(evaluation: Evaluation) -> str:
    lines = [
        f"bits per byte  {_number(evaluation.bits_per_byte)}",
        *(f"               {line}" for line in _beside_the_tokens(evaluation)),
        f"loss           {_number(evaluation.loss)} nats per token",
        f"perplexity     {_number(evaluation.perplexity)}",
        f"text           {evaluation.bytes:,} bytes, {evaluation.tokens:,} tokens",
    ]
    return "\n".join(lines)


def _beside_the_tokens(evaluation: Evaluation) -> list[str]:
    """Return the parts of the bits per byte that the model does not predict."""
    side, size = evaluation.side, max(1, evaluation.bytes)
    lines = []
    if side.unknown:
        spelled = formatting.decimal(side.spelling_bits / size)
        tokens = "token" if side.unknown == 1 else "tokens"
        lines.append(f"of which {spelled} spell {side.unknown:,} unknown {tokens}")
    if side.restoring_bits:
        restored = formatting.decimal(side.restoring_bits / size)
        lines.append(f"of which {restored} restore case and spacing, which the tokenizer loses")
    if evaluation.pseudo_likelihood:
        lines.append("by pseudo-likelihood, each token given both sides: not comparable to other models")
    if side.restoring_bits is None:
        lines.append("without the information that the tokenizer loses: not comparable to others")
    return lines


def _number(value: float) -> str:
    return formatting.decimal(value) if math.isfinite(value) else "infinite"
