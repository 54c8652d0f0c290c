"""`lilm runs diff`: what is different between runs."""

from __future__ import annotations

import shutil
import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.commands.common.printing import say, say_json, table
from engine.commands.common.prompts import sample_all
from engine.commands.runs.listing import read_run
from engine.errors import MisuseError
from engine.runs.folder import find_run
from engine.runs.listing.comparison import compare
from engine.sanitize import visible

if TYPE_CHECKING:
    import argparse

    from engine.runs.listing.comparison import Comparison


def add_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    diff = actions.add_parser(
        "diff",
        help="settings that differ, ends of the curves, and samples of one prompt",
        description="Compare runs: the settings that differ, the figures at the ends of their curves, and the newest "
        "samples of a prompt that all of them have samples of.",
    )
    diff.add_argument("run_names", metavar="RUN", nargs="+", help="two runs or more")
    diff.add_argument("--prompt", metavar="TEXT", help="let each model complete this text with the same seed")
    diff.add_argument("--json", action="store_true", help="one object")
    diff.set_defaults(run=run_diff)


def run_diff(arguments: argparse.Namespace) -> int:
    if len(set(arguments.run_names)) < 2:
        raise MisuseError("name at least two runs to compare")
    if arguments.json and arguments.prompt is not None:
        raise MisuseError(
            "--prompt prints texts; leave it or --json out, or ask lilm sample --json for each run"
        )
    runs = [find_run(name) for name in dict.fromkeys(arguments.run_names)]
    compared = compare(list(map(read_run, runs)))
    if arguments.json:
        say_json(compared.as_json())
    elif arguments.prompt is None:
        say(as_text(compared, shutil.get_terminal_size().columns))
    else:
        say(as_text(replace(compared, prompt=None), shutil.get_terminal_size().columns))
        sample_all(runs, arguments.prompt)
    return 0


def as_text(compared: Comparison, width: int) -> str:
    """Return the tables and samples of a comparison; samples are wrapped to `width` cells."""
    parts = []
    for title, rows in (("setting", compared.settings), ("at the end", compared.ends)):
        lines = [(name, *(cell.text for cell in cells)) for name, cells in rows.items()]
        parts.append(
            table((title, *compared.names), lines, left=len(compared.names) + 1)
            if lines
            else "no setting differs"
        )
    if compared.prompt is not None:
        prompt = compared.prompt.strip() or "an empty prompt"
        parts.append(f"samples of {prompt}")
        for name, sample in zip(compared.names, compared.samples, strict=True):
            text = " ".join(visible(sample.prompt + sample.completion).split())
            parts.append(f"{name} at step {sample.step:,}\n" + textwrap.fill(text, max(20, width - 1)))
    return "\n\n".join(parts)
