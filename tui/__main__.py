"""`lilm`: the app without arguments, the command line otherwise."""

import os
import sys

INCAPABLE_TERMINALS = ("dumb", "unknown")
MISUSE = 2


def main() -> int:
    """Run the app or a command and return its exit code."""
    _leave_out_working_folder()
    arguments = sys.argv[1:]
    from engine.app_options import APP_OPTIONS

    if set(arguments) <= APP_OPTIONS.keys():
        from engine.cli import print_error

        problem = terminal_problem()
        if problem:
            print_error(problem)
            return MISUSE
        from engine.errors import LilmError
        from tui.app import run_app

        try:
            return run_app(arguments)
        except LilmError as error:
            print_error(str(error))
            return error.exit_code
    from engine import cli

    return cli.main(arguments)


def _leave_out_working_folder() -> None:
    """Call the engine's function of this name. Before it, a folder `engine` in the working folder would be found."""
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from engine.children import leave_out_working_folder

    del sys.path[0]
    leave_out_working_folder()


def terminal_problem() -> str:
    """Return why the app cannot run in this terminal; empty if it can."""
    streams = (sys.__stdin__, sys.__stdout__, sys.__stderr__)
    advice = "lilm --help shows the commands that need none"
    if not all(stream is not None and not stream.closed and stream.isatty() for stream in streams):
        return f"the app needs a terminal for its input and its output; {advice}"
    term = os.environ.get("TERM", "")
    if term in INCAPABLE_TERMINALS:
        return f"the app needs a terminal with cursor positioning, which TERM={term} has not; {advice}"
    return ""


if __name__ == "__main__":
    sys.exit(main())
