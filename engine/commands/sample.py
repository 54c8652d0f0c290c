"""`lilm sample`: complete a prompt with a run's model."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from engine.commands.common.numbers import MOST_TEXTS, integer
from engine.commands.common.printing import (
    TextPrinter,
    add_output_option,
    notice,
    output_to,
    say_dead_end,
    say_json,
)
from engine.commands.common.prompts import add_prompt_options, chosen_prompt
from engine.commands.common.sampling_options import (
    add_model_options,
    add_run_argument,
    add_sampling_options,
    add_system_option,
    add_tokens_option,
    add_weights_option,
    sampling_config,
    system_messages,
    with_model_defaults,
)
from engine.inference.protocol import Message

if TYPE_CHECKING:
    import argparse

    from engine.inference.generation import Generation
    from engine.inference.loading import LoadedModel
    from engine.inference.side_by_side import Completion
    from engine.sampling.tokens import Candidate

ALTERNATIVES = 10
DEFAULT_TOKENS = 200


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("sample", help="complete a text with a model", description=__doc__)
    add_run_argument(parser)
    add_prompt_options(parser)
    add_tokens_option(parser, least=0, default=DEFAULT_TOKENS, what="most tokens")
    add_sampling_options(parser)
    add_system_option(parser)
    add_model_options(parser)
    add_weights_option(parser)
    parser.add_argument(
        "--samples", type=integer(1, MOST_TEXTS), default=1, metavar="N", help="number of texts (default 1)"
    )
    add_output_option(parser)
    parser.add_argument(
        "--json",
        action="store_true",
        help="one object for each text: its tokens with their probabilities at the chosen temperature before "
        f"any truncation, and the top {ALTERNATIVES} at each position; at temperature 0 one token has all",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    with output_to(arguments.output):
        return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    config = sampling_config(arguments)
    prompt = chosen_prompt(arguments)

    from engine.inference.chat import end_ids, render_prompt
    from engine.inference.generation import Generation, prompt_notice
    from engine.inference.loading import load_run
    from engine.inference.side_by_side import write_side_by_side
    from engine.sampling.config import random_seed

    loaded = load_run(arguments.run_name, arguments.step, arguments.device, notice, arguments.weights)
    loaded.begin_decoding(notice)
    config = with_model_defaults(config, arguments, loaded)
    model, tokenizer, tokens = loaded.model, loaded.tokenizer, arguments.tokens
    prompt_ids = tokenizer.encode(prompt)
    ends: tuple[int, ...] = ()
    if opening := system_messages(arguments.system, loaded):
        # Then the prompt is the user's turn, and the text the answer.
        turns = [*opening, Message(role="user", content=prompt)]
        prompt_ids, ends = render_prompt(turns, tokenizer, model.context_length).ids, end_ids(tokenizer)
        prompt = ""
    if remark := prompt_notice(model, tokenizer, prompt_ids):
        notice(remark)
    if arguments.samples == 1 and not arguments.json:
        generation = Generation(model, tokenizer, prompt_ids, config, tokens=tokens, end_ids=ends)
        print_as_written(generation, prompt)
        say_dead_end(generation.reason)
        return 0
    # A seed per text, so that each text can be reproduced alone.
    seed = random_seed() if config.seed is None else config.seed
    seeds = range(seed, seed + arguments.samples)
    alternatives = ALTERNATIVES if arguments.json else 0
    completions = write_side_by_side(
        model, tokenizer, prompt_ids, config, seeds, tokens=tokens, alternatives=alternatives, end_ids=ends
    )
    for number, completion in enumerate(completions):
        if arguments.json:
            say_json(completion_as_json(loaded, completion, prompt))
        else:
            print_whole(completion, prompt, after_another=number > 0)
        say_dead_end(completion.writing.reason)
    return 0


def print_as_written(generation: Generation, prompt: str) -> None:
    printer = TextPrinter(sys.stdout)
    printer.write(prompt)
    for token in generation:
        printer.write(token.text)
    printer.write(generation.rest + "\n")


def print_whole(completion: Completion, prompt: str, *, after_another: bool) -> None:
    TextPrinter(sys.stdout).write("\n" * after_another + prompt + completion.text + "\n")


def completion_as_json(loaded: LoadedModel, completion: Completion, prompt: str) -> dict[str, object]:
    writing = completion.writing

    def described(candidate: Candidate) -> dict[str, object]:
        text = loaded.tokenizer.token_text(candidate.id)
        return {"id": candidate.id, "text": text, "prob": candidate.probability}

    return {
        "text": prompt + completion.text,
        "prompt": prompt,
        "completion": completion.text,
        "tokens": [
            {**described(token), "alternatives": [described(other) for other in token.alternatives]}
            for token in completion.tokens
        ],
        "tokens_per_second": writing.tokens_per_second,
        "run": loaded.run.name,
        "step": loaded.step,
        "seed": writing.seed,
        "ended": writing.reason,
    }
