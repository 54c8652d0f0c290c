"""`lilm runs rename`, `remove`, `note` and `tag`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from engine import formatting
from engine.commands.common.printing import note, say
from engine.errors import MisuseError
from engine.runs.folder import dependents, find_run, remove_run, rename_run
from engine.runs.listing.notes import read_note, with_tags, without_tags, write_note
from engine.runs.process.status import ALIVE, run_state

if TYPE_CHECKING:
    import argparse

    from engine.runs.folder import Run


def add_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    rename = actions.add_parser("rename", help="give a run another name")
    rename.add_argument("run_name", metavar="RUN")
    rename.add_argument("new_name", metavar="NAME")
    rename.add_argument("--yes", action="store_true", help="also when other runs began from it")
    rename.set_defaults(run=run_rename)

    remove = actions.add_parser("remove", help="delete a run for good")
    remove.add_argument("run_name", metavar="RUN")
    remove.add_argument("--yes", action="store_true", help="do not ask, also when other runs began from it")
    remove.set_defaults(run=run_remove)

    noting = actions.add_parser("note", help="write a note on a run, or show it")
    noting.add_argument("run_name", metavar="RUN")
    noting.add_argument(
        "text", metavar="TEXT", nargs="?", help="words that begin with # are tags; '' removes it"
    )
    noting.set_defaults(run=run_note)

    tagging = actions.add_parser("tag", help="add tags to the note of runs, or take them away")
    tagging.add_argument("tags", metavar="TAG[,TAG…]")
    tagging.add_argument("run_names", metavar="RUN", nargs="+")
    tagging.add_argument("--remove", action="store_true", help="take them away")
    tagging.set_defaults(run=run_tag)


def run_rename(arguments: argparse.Namespace) -> int:
    run = find_run(arguments.run_name)
    _refuse_if_alive(run, "rename")
    if (needed := _needed_by(run)) and not arguments.yes:
        raise MisuseError(f"{needed}; add --yes to rename {run.name} anyway")
    renamed = rename_run(run, arguments.new_name)
    say(f"{run.name} is now {renamed.name}")
    return 0


def run_remove(arguments: argparse.Namespace) -> int:
    run = find_run(arguments.run_name)
    _refuse_if_alive(run, "remove")
    if needed := _needed_by(run):
        note(needed)
    if not arguments.yes and not _confirmed(run):
        say(f"{run.name} stays")
        return 0
    remove_run(run)
    say(f"{run.name} was deleted")
    return 0


def run_note(arguments: argparse.Namespace) -> int:
    run = find_run(arguments.run_name)
    if arguments.text is None:
        say(read_note(run))
    else:
        write_note(run, arguments.text)
    return 0


def run_tag(arguments: argparse.Namespace) -> int:
    change = without_tags if arguments.remove else with_tags
    for run in list(map(find_run, arguments.run_names)):
        write_note(run, change(read_note(run), arguments.tags.split(",")))
        say(f"{run.name}: {read_note(run)}")
    return 0


def _refuse_if_alive(run: Run, what: str) -> None:
    state = run_state(run)
    if state in ALIVE:
        raise MisuseError(
            f"cannot {what} {run.name} while it is {state}; stop it first with lilm stop {run.name}"
        )


def _needed_by(run: Run) -> str:
    """Return a sentence on the runs that cannot be resumed without this one; empty when there are none."""
    names = [other.name for other in dependents(run)]
    if not names:
        return ""
    listed, began = ", ".join(names), "begins" if len(names) == 1 else "begin"
    return f"{listed} {began} from {run.name} and cannot be resumed without a run of this name"


def _confirmed(run: Run) -> bool:
    sys.stderr.write(f"delete {run.name}, {formatting.size(run.size_bytes())}, for good? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
