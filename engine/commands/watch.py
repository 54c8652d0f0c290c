"""`lilm watch`: follow a run until it ends. Ctrl-C ends the watching, not the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

SUPERSEDED = (
    "--json: a run that was killed and resumed repeats the steps since its last checkpoint. "
    'All lines of steps after S above {"event": "resumed", "step": S, "restarts": R} are superseded; '
    'a step has the "restarts" of its process.'
)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "watch", help="follow a run until it ends", description=__doc__, epilog=SUPERSEDED
    )
    parser.add_argument("run_name", metavar="RUN", nargs="?", help="default the newest run")
    parser.add_argument("--json", action="store_true", help="every metric and event as one object a line")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from engine.commands.common.watching import watch_run
    from engine.runs.folder import find_run

    return watch_run(find_run(arguments.run_name), json=arguments.json)
