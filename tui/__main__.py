"""`lilm`: the app when nothing else is asked for, the command line otherwise."""

import os
import sys

NO_MOUSE = "--no-mouse"
POOR_TERMINALS = ("dumb", "unknown")
MISUSED = 2


def main() -> int:
    """The exit code of the app or of the command."""
    _leave_out_working_folder()
    arguments = sys.argv[1:]
    if set(arguments) <= {NO_MOUSE}:
        from engine.cli import print_error

        problem = problem_of_terminal()
        if problem:
            print_error(problem)
            return MISUSED
        from engine.errors import LilmError
        from tui.app import run_app

        try:
            return run_app(mouse=NO_MOUSE not in arguments)
        except LilmError as error:
            print_error(str(error))
            return error.exit_code
    from engine import cli

    return cli.main(arguments)


def _leave_out_working_folder() -> None:
    """As the engine does it; until then a folder `engine` of somebody else's may be found before ours."""
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from engine.children import leave_out_working_folder

    del sys.path[0]
    leave_out_working_folder()


def problem_of_terminal() -> str:
    """Why the app cannot be shown here; empty when it can."""
    streams = (sys.__stdin__, sys.__stdout__, sys.__stderr__)
    advice = "lilm --help shows the commands that do without one"
    if not all(stream is not None and not stream.closed and stream.isatty() for stream in streams):
        return f"the app needs a terminal for its input and its output; {advice}"
    kind = os.environ.get("TERM", "")
    if kind in POOR_TERMINALS:
        return f"the app needs a terminal that can place its cursor, which TERM={kind} cannot; {advice}"
    return ""


if __name__ == "__main__":
    sys.exit(main())
