"""`lilm study layers`: what each layer of a GPT would predict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from engine.commands.common.numbers import integer
from engine.commands.common.printing import notice, say, say_json, table
from engine.commands.common.sampling_options import add_model_options
from engine.formatting import percent
from engine.sanitize import token_label

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from engine.studies.results.layers import Guess, LayerStudy

MOST_GUESSES = 1000


def add_parser(studies: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = studies.add_parser(
        "layers",
        help="show what each layer of a GPT would predict",
        description="Show the next token (of a masked model, the token at each position) that the stream after each "
        "layer would predict if it were the last (the logit lens), the length of the stream, the entropy of the "
        "prediction, and the hidden units of the MLPs.",
    )
    parser.add_argument("run_name", metavar="RUN")
    parser.add_argument("text", metavar="TEXT")
    parser.add_argument("--top", type=integer(1, MOST_GUESSES), default=1, metavar="N",
                        help="predictions and hidden units shown of each layer (default 1)")  # fmt: skip
    parser.add_argument(
        "--untrained",
        action="store_true",
        help="also what the model predicted at step 0, from the seed of the run or from its base",
    )
    parser.add_argument(
        "--units", action="store_true", help="also the hidden units with the largest activations"
    )
    add_model_options(parser)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from engine.inference.loading import load_run
    from engine.studies.layers import study_layers
    from engine.studies.untrained import untrained

    loaded = load_run(arguments.run_name, arguments.step, arguments.device, notice)
    study, before = study_layers(loaded, arguments.text, top=arguments.top), None
    if arguments.untrained:
        before = study_layers(untrained(loaded, notice), arguments.text, top=arguments.top)
    if arguments.json:
        say_json(msgspec.to_builtins(study) | ({"untrained": before.layers} if before else {}))
        return 0
    say(as_text(study, before))
    if arguments.units:
        say("\n" + units_as_text(study))
    return 0


def as_text(study: LayerStudy, before: LayerStudy | None = None) -> str:
    """Return a table with a row for each token and a column for each layer, then a row for each layer's means.

    The predictions at step 0, of the untrained model or of the base run, are the first column.
    """
    names = ["embedding", *(f"layer {at.layer}" for at in study.layers[1:])]
    columns = list(zip(names, study.layers, strict=True))
    if before is not None:
        columns.insert(0, ("step 0", before.layers[-1]))
    rows = [
        (token_label(token), *(_cell(at.guesses[position]) for _, at in columns))
        for position, token in enumerate(study.tokens)
    ]
    means = [
        (
            name,
            f"{sum(at.norm) / len(at.norm):.2f}",
            f"{sum(at.entropy) / len(at.entropy):.3f}",
            percent(sum(at.active) / len(at.active)) if at.active else "",
        )
        for name, at in columns
    ]
    lens = table(("token", *(name for name, _ in columns)), rows, left=len(columns) + 1)
    return f"{lens}\n\n{table(('means', 'norm', 'entropy, nats', 'active units'), means)}"


def units_as_text(study: LayerStudy) -> str:
    """Return a table of the hidden units with the largest activations, from 0, at each token."""
    layers = study.layers[1:]
    rows = [
        (
            token_label(token),
            *(" ".join(f"{one.unit}: {one.activation:+.2f}" for one in at.units[position]) for at in layers),
        )
        for position, token in enumerate(study.tokens)
    ]
    return table(("unit: activation", *(f"layer {at.layer}" for at in layers)), rows, left=len(layers) + 1)


def _cell(guesses: Sequence[Guess]) -> str:
    return " ".join(f"{token_label(guess.text)} {percent(guess.probability)}" for guess in guesses)
