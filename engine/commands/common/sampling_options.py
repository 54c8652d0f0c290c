"""Sampling options, for every command that samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from engine.commands.common.numbers import LARGEST_SEED, integer, real
from engine.config.loading import describe_mismatch
from engine.errors import MisuseError
from engine.inference.protocol import Message
from engine.inference.temperature import CHAT_TEMPERATURE, TEXT_TEMPERATURE
from engine.sampling.config import SamplingConfig

if TYPE_CHECKING:
    import argparse

    from engine.inference.loading import LoadedModel
    from engine.runs.checkpoints import ChosenStep


def add_sampling_options(parser: argparse.ArgumentParser) -> None:
    heat = parser.add_mutually_exclusive_group()
    heat.add_argument(
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
        help="only tokens at least P times as likely as the most likely one",
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


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the checkpoint and the device."""
    add_step_option(parser)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 or mps (default auto)")


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
    """Return the config of the options, which `with_own_temperature` completes.

    Raises MisuseError that names the option whose value is out of range.
    """
    wanted = {
        "temperature": 0.0 if arguments.greedy or arguments.temperature is None else arguments.temperature,
        "top_k": arguments.top_k,
        "top_p": arguments.top_p,
        "min_p": arguments.min_p,
        "repetition_penalty": arguments.repetition_penalty,
        "seed": arguments.seed,
        "stop": tuple(arguments.stop),
    }
    return checked_sampling(wanted)


def with_own_temperature(
    config: SamplingConfig, arguments: argparse.Namespace, loaded: LoadedModel
) -> SamplingConfig:
    """Return the config with the model's own temperature where none was given."""
    if arguments.greedy or arguments.temperature is not None:
        return config
    return msgspec.structs.replace(config, temperature=loaded.temperature)


def checked_sampling(wanted: dict[str, object]) -> SamplingConfig:
    """Return the validated config. Raises MisuseError that names the setting whose value is out of range."""
    try:
        return msgspec.convert(wanted, SamplingConfig)
    except msgspec.ValidationError as error:
        expected, _, path = str(error).partition(" - at `$.")
        name = path.rstrip("`")
        requirement = describe_mismatch(expected)
        raise MisuseError(f"--{name.replace('_', '-')} {wanted.get(name)}: {requirement}") from error
