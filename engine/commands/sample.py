"""`lilm sample`: a prompt's completion by a run's model."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec

from engine.commands.printing import TextPrinter, note, say_json
from engine.commands.sampling_options import add_model_options, add_sampling_options, sampling_config
from engine.errors import MisuseError

if TYPE_CHECKING:
    import argparse

    from engine.inference.generation import Generation
    from engine.inference.loading import LoadedModel
    from engine.models.choosing import Candidate

ALTERNATIVES = 10
DEFAULT_TOKENS = 200


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("sample", help="let a model complete a text", description=__doc__)
    parser.add_argument("run_name", metavar="RUN")
    parser.add_argument("--prompt", default="", metavar="TEXT", help="what it goes on from (default nothing)")
    parser.add_argument(
        "--tokens", type=int, default=DEFAULT_TOKENS, metavar="N", help=f"at most (default {DEFAULT_TOKENS})"
    )
    add_sampling_options(parser)
    add_model_options(parser)
    parser.add_argument("--samples", type=int, default=1, metavar="N", help="so many texts (default 1)")
    parser.add_argument(
        "--json",
        action="store_true",
        help="one object for each text: its tokens with their probabilities at the asked temperature before "
        f"any truncation, and the {ALTERNATIVES} likeliest at each place; at temperature 0 one token has all",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    if arguments.tokens < 0 or arguments.samples < 1:
        raise MisuseError("--tokens must be 0 or more and --samples 1 or more")
    config = sampling_config(arguments)

    from engine.inference.generation import Generation
    from engine.inference.loading import load_run
    from engine.inference.sampling import random_seed

    loaded = load_run(arguments.run_name, arguments.step, arguments.device)
    prompt_ids = loaded.tokenizer.encode(arguments.prompt)
    session = loaded.model.session()
    seed = random_seed() if config.seed is None else config.seed
    for number in range(arguments.samples):
        generation = Generation(
            loaded.model,
            loaded.tokenizer,
            prompt_ids,
            # Each text can be had again on its own.
            msgspec.structs.replace(config, seed=seed + number),
            tokens=arguments.tokens,
            alternatives=ALTERNATIVES if arguments.json else 0,
            session=session,
        )
        if generation.notice and not number:
            note(f"lilm: {generation.notice}")
        if arguments.json:
            say_json(completion_as_json(loaded, generation, arguments.prompt))
        else:
            if number:
                sys.stdout.write("\n")
            print_completion(generation, arguments.prompt)
        if generation.reason == "dead_end":
            note("lilm: it ends here because the model has never seen this, so nothing could follow")
    return 0


def print_completion(generation: Generation, prompt: str) -> None:
    printer = TextPrinter(sys.stdout)
    printer.write(prompt)
    for token in generation:
        printer.write(token.text)
    printer.write(generation.rest + "\n")


def completion_as_json(loaded: LoadedModel, generation: Generation, prompt: str) -> dict[str, object]:
    tokens = list(generation)
    completion = "".join(token.text for token in tokens) + generation.rest

    def described(candidate: Candidate) -> dict[str, object]:
        text = loaded.tokenizer.token_text(candidate.id)
        return {"id": candidate.id, "text": text, "prob": candidate.probability}

    return {
        "text": prompt + completion,
        "prompt": prompt,
        "completion": completion,
        "tokens": [
            {**described(token), "alternatives": [described(other) for other in token.alternatives]}
            for token in tokens
        ],
        "tokens_per_second": generation.tokens_per_second,
        "run": loaded.run.name,
        "step": loaded.step,
        "seed": generation.seed,
        "ended": generation.reason,
    }
