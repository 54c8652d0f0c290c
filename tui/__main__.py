"""`lilm`: the app without arguments, the command line otherwise."""

import gc
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
        problem = terminal_problem()
        if problem:
            return _fail(problem, MISUSE)
        # What is made until the first frame stays for as long as the app; the lab collects garbage after it.
        gc.disable()
        from engine.errors import LilmError
        from tui.app import run_app

        try:
            return run_app(arguments)
        except LilmError as error:
            return _fail(str(error), error.exit_code)
    from engine import cli

    return cli.main(arguments)


def _fail(sentence: str, exit_code: int) -> int:
    from engine.cli import print_error

    print_error(sentence)
    return exit_code


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
