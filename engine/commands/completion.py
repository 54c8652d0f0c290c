"""`lilm completion`: a script that lets a shell complete lilm's commands and options."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from engine.errors import LilmError

if TYPE_CHECKING:
    import argparse

SHELLS = ("bash", "zsh", "tcsh")
"""Those that shtab knows."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "completion",
        help="print a completion script for a shell",
        description="Print a script that completes commands and options: "
        "lilm completion bash > ~/.local/share/bash-completion/completions/lilm, or for zsh a file _lilm in fpath.",
    )
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    try:
        import shtab
    except ImportError as error:
        raise LilmError("completion needs shtab: pip install 'lilm[completion]'") from error
    from engine.cli import make_parser

    sys.stdout.write(shtab.complete(make_parser([]), arguments.shell))
    return 0
