"""`lilm runs`: list, show, compare, annotate, rename, remove, report, export and import runs."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from engine.commands.runs.listing import add_list_options, run_list

if TYPE_CHECKING:
    import argparse

ACTIONS = ("listing", "showing", "comparing", "changing", "exporting")
"""Modules of this package, each with `add_parsers(actions)`."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "runs", help="list, compare, annotate, export and import runs, and more", description=__doc__
    )
    add_list_options(parser)
    parser.set_defaults(run=run_list)
    actions = parser.add_subparsers(metavar="ACTION")
    for module in ACTIONS:
        importlib.import_module(f"engine.commands.runs.{module}").add_parsers(actions)
