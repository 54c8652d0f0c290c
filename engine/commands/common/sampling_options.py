"""Sampling options, for every command that samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from engine.commands.common.numbers import LARGEST_SEED, integer, real
from engine.config.loading import describe_mismatch
from engine.errors import MisuseError, UnreadableError
from engine.files.reading import read_text, user_path
from engine.inference.protocol import MOST_TOKENS, Message
from engine.inference.sampling_defaults import CHAT_TEMPERATURE, MIN_P, TEXT_TEMPERATURE
from engine.models.family import WEIGHT_FORMATS
from engine.sampling.config import SamplingConfig

if TYPE_CHECKING:
    import argparse

    from engine.inference.loading import LoadedModel
    from engine.runs.checkpoints import ChosenStep

LARGEST_GRAMMAR = 1 << 20
"""Bytes of a grammar's file."""


def add_sampling_options(parser: argparse.ArgumentParser) -> None:
    heat = parser.add_mutually_exclusive_group()
    heat.add_argument(
        "-t",
        "--temperature",
        type=real,
        metavar="T",
        help="below 1 more predictable, above 1 more varied, 0 always the most likely (default by kind of model, "
        f"mostly {TEXT_TEMPERATURE} for text and {CHAT_TEMPERATURE} for chat)",
    )
    heat.add_argument("--greedy", action="store_true", help="same as --temperature 0")
    parser.add_argument("--top-k", type=integer(1, 2**31), metavar="K", help="only the K most likely tokens")
    parser.add_argument(
        "--top-p", type=real, metavar="P", help="only the most likely tokens with a total probability of P"
    )
    parser.add_argument(
        "--min-p",
        type=real,
        metavar="P",
        help="only tokens at least P times as likely as the most likely one (default by kind of model, mostly "
        f"{MIN_P} for a GPT, else 0: all)",
    )
    parser.add_argument(
        "--repetition-penalty",
        type=real,
        default=1.0,
        metavar="R",
        help="above 1: less repetition (default 1)",
    )
    parser.add_argument(
        "--seed", type=integer(0, LARGEST_SEED), metavar="N", help="seed, for the same text each time"
    )
    parser.add_argument(
        "--stop", action="append", default=[], metavar="TEXT", help="end before this text; can be repeated"
    )
    described = parser.add_mutually_exclusive_group()
    described.add_argument(
        "--regex",
        metavar="PATTERN",
        help="only texts that match this regular expression as a whole, unless --tokens cuts them; probabilities "
        "are then those among the tokens that fit. A word that follows a prompt mostly begins with a space",
    )
    described.add_argument(
        "--grammar",
        metavar="FILE",
        help="the same by a context-free grammar in Lark's notation, whose rule start is the whole text",
    )


def add_system_option(parser: argparse.ArgumentParser) -> None:
    """Add the options of chat models."""
    parser.add_argument("--system", metavar="TEXT", help="system message of a chat model")


def system_messages(system: str | None, loaded: LoadedModel) -> list[Message]:
    """Return the requested system message, if any. Raises MisuseError for a model that does not chat."""
    if system is None:
        return []
    if not loaded.chat:
        raise MisuseError(
            f"--system is for models that were trained on conversations, and {loaded.run.name} completes text; "
            "put it into the prompt"
        )
    return [Message(role="system", content=system)]


def add_run_argument(parser: argparse.ArgumentParser) -> None:
    """Add the positional RUN that `load_run` takes, None where it is left out."""
    parser.add_argument(
        "run_name",
        metavar="RUN|FOLDER",
        nargs="?",
        help="a run, or a folder of an exported model (default the newest trained run)",
    )


def add_tokens_option(parser: argparse.ArgumentParser, *, least: int, default: int, what: str) -> None:
    parser.add_argument(
        "-n",
        "--tokens",
        type=integer(least, MOST_TOKENS),
        default=default,
        metavar="N",
        help=f"{what} (default {default})",
    )


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the checkpoint and the device."""
    add_step_option(parser)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 or mps (default auto)")


def add_weights_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--weights",
        choices=WEIGHT_FORMATS,
        default="fp32",
        help="round a network's weights to this format (default fp32); on a CPU with a C++ compiler a GPT with fewer "
        "bits is decoded faster",
    )


def add_step_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--step",
        type=chosen_step,
        metavar="newest|best|K",
        help="the newest checkpoint, the one with the lowest held-out loss, or that of step K "
        "(default the best if the loss has risen since, else the newest)",
    )


def chosen_step(text: str) -> ChosenStep:
    """Raises MisuseError."""
    match text:
        case "newest":
            return "newest"
        case "best":
            return "best"
        case _ if text.isascii() and text.isdigit() and len(text) < 16:
            return int(text)
    raise MisuseError(f"--step {text}: write newest, best or the number of a step")


def sampling_config(arguments: argparse.Namespace) -> SamplingConfig:
    """Return the config of the options, which `with_model_defaults` completes.

    Raises MisuseError that names the option whose value is out of range.
    """
    wanted = {
        "temperature": 0.0 if arguments.temperature is None else arguments.temperature,
        "top_k": arguments.top_k,
        "top_p": arguments.top_p,
        "min_p": arguments.min_p,
        "repetition_penalty": arguments.repetition_penalty,
        "seed": arguments.seed,
        "stop": tuple(arguments.stop),
        "regex": arguments.regex,
        "grammar": _grammar(arguments.grammar),
    }
    return checked_sampling(wanted)


def _grammar(path: str | None) -> str | None:
    """Return the text of a grammar's file, if any. Raises MisuseError when it cannot be read."""
    try:
        return None if path is None else read_text(user_path(path), limit=LARGEST_GRAMMAR)
    except UnreadableError as error:
        raise MisuseError(f"{error}; name a file with a grammar with --grammar") from error


def with_model_defaults(
    config: SamplingConfig, arguments: argparse.Namespace, loaded: LoadedModel
) -> SamplingConfig:
    """Return the config with the model's own temperature and min-p where none was given."""
    if arguments.temperature is None and not arguments.greedy:
        config = msgspec.structs.replace(config, temperature=loaded.sampling.temperature)
    if arguments.min_p is None:
        config = msgspec.structs.replace(config, min_p=loaded.sampling.min_p)
    return config


def checked_sampling(wanted: dict[str, object]) -> SamplingConfig:
    """Return the validated config. Raises MisuseError that names the setting whose value is out of range."""
    try:
        return msgspec.convert(wanted, SamplingConfig)
    except msgspec.ValidationError as error:
        expected, _, path = str(error).partition(" - at `$.")
        name = path.rstrip("`")
        requirement = describe_mismatch(expected)
        raise MisuseError(f"--{name.replace('_', '-')} {wanted.get(name)}: {requirement}") from error
