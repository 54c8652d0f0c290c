"""Prompts of commands: an option, a file, or standard input."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

from engine.commands.common.printing import note, say
from engine.errors import MisuseError, UnreadableError
from engine.files.reading import read_bytes, shown_text, user_path

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from engine.runs.folder import Run

SAMPLE_TOKENS = "60"
"""Most tokens of each model's completion of one prompt."""
LARGEST_INPUT = 64 << 20
"""Bytes of a text on standard input or in a prompt's file, all of which is tokenized at once."""


def add_prompt_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that `chosen_prompt` reads."""
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--prompt",
        metavar="TEXT",
        help="the text to continue; - reads standard input, as does a pipe without this option "
        "(default none)",
    )
    source.add_argument(
        "--prompt-file", metavar="FILE", help="the same from a file, without its last line end"
    )


def chosen_prompt(arguments: argparse.Namespace) -> str:
    """Return the prompt, which is empty when none is given. A line end at the end of a file or a pipe is dropped.

    Raises MisuseError when the file cannot be read, and for more than LARGEST_INPUT bytes.
    """
    if arguments.prompt_file is not None:
        try:
            content = read_bytes(user_path(arguments.prompt_file), limit=LARGEST_INPUT)
        except UnreadableError as error:
            raise MisuseError(f"{error}; name a text file with --prompt-file") from error
        return _without_line_end(shown_text(content))
    if arguments.prompt == "-" or (arguments.prompt is None and _is_piped()):
        return _without_line_end(standard_input())
    return arguments.prompt or ""


def standard_input() -> str:
    """Read standard input to its end. Raises MisuseError for more than LARGEST_INPUT bytes."""
    content = sys.stdin.buffer.read(LARGEST_INPUT + 1)
    if len(content) > LARGEST_INPUT:
        raise MisuseError(f"standard input has more than {LARGEST_INPUT:,} bytes; give a shorter text")
    return shown_text(content)


def _is_piped() -> bool:
    """True when standard input is a pipe or a file: a terminal or a closed input holds no prompt."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (AttributeError, OSError, ValueError):  # absent, or replaced by an object without a descriptor
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)


def _without_line_end(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r")


def sample_all(runs: Iterable[Run], prompt: str) -> None:
    """Let each run's model complete the prompt, with the same seed, as `lilm sample` does."""
    from engine.cli import main

    for run in runs:
        say()
        note(run.name)
        main(["sample", run.name, "--prompt", prompt, "--tokens", SAMPLE_TOKENS, "--seed", "1"])
