"""`lilm fill`: fill in the masks of a text with a run's model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import formatting
from engine.commands.common.numbers import integer
from engine.commands.common.printing import add_output_option, notice, output_to, say, say_json, table
from engine.commands.common.prompts import standard_input
from engine.commands.common.sampling_options import add_model_options

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from engine.inference.filling import Filled
    from engine.inference.loading import LoadedModel
    from engine.sampling.tokens import Candidate

ALTERNATIVES = 5
MOST_ALTERNATIVES = 1000


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "fill",
        help="fill in the masks of a text",
        description="Fill in each [mask] of a text with the most probable token, given the tokens on both sides. "
        "The model must have been trained with --set training.objective=masked. Masks are filled in one after the "
        "other, the most certain first, each given those before it.",
    )
    parser.add_argument("run_name", metavar="RUN|FOLDER", help="a run, or a folder of an exported model")
    parser.add_argument("text", metavar="TEXT", help='as in "The [mask] ran home."; - reads standard input')
    parser.add_argument(
        "--top",
        type=integer(1, MOST_ALTERNATIVES),
        default=ALTERNATIVES,
        metavar="N",
        help=f"most probable tokens shown for each mask (default {ALTERNATIVES})",
    )
    add_model_options(parser)
    add_output_option(parser)
    parser.add_argument("--json", action="store_true", help="one object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    with output_to(arguments.output):
        return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    text = standard_input().rstrip("\r\n") if arguments.text == "-" else arguments.text

    from engine.inference.filling import fill
    from engine.inference.loading import load_run

    loaded = load_run(arguments.run_name, arguments.step, arguments.device, notice)
    filled = fill(loaded.model, loaded.tokenizer, text, arguments.top)
    if filled.notice:
        notice(filled.notice)
    if arguments.json:
        say_json(as_json(loaded, filled, text))
        return 0
    say(filled.text)
    say()
    say(table(("", "token", "probability"), _rows(loaded, filled), left=2))
    return 0


def as_json(loaded: LoadedModel, filled: Filled, prompt: str) -> dict[str, object]:
    def described(candidate: Candidate) -> dict[str, object]:
        text = loaded.tokenizer.token_text(candidate.id)
        return {"id": candidate.id, "text": text, "prob": candidate.probability}

    return {
        "text": filled.text,
        "prompt": prompt,
        "masks": [
            {**described(mask), "alternatives": [described(other) for other in mask.alternatives]}
            for mask in filled.masks.values()
        ],
        "run": loaded.run.name,
        "step": loaded.step,
    }


def _rows(loaded: LoadedModel, filled: Filled) -> Iterator[tuple[str, str, str]]:
    for number, mask in enumerate(filled.masks.values(), 1):
        for rank, token in enumerate(mask.alternatives):
            name = f"[mask] {number}" if not rank else ""
            yield name, repr(loaded.tokenizer.token_text(token.id)), formatting.percent(token.probability)
