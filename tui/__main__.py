"""`lilm`: the app when nothing else is asked for, the command line otherwise."""

import os
import sys

NO_MOUSE = "--no-mouse"


def main() -> int:
    """The exit code of the app or of the command."""
    _leave_out_working_folder()
    arguments = sys.argv[1:]
    if set(arguments) <= {NO_MOUSE}:
        from tui.app import run_app

        return run_app(mouse=NO_MOUSE not in arguments)
    from engine import cli

    return cli.main(arguments)


def _leave_out_working_folder() -> None:
    """As the engine does it; until then a folder `engine` of somebody else's may be found before ours."""
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from engine.children import leave_out_working_folder

    del sys.path[0]
    leave_out_working_folder()


if __name__ == "__main__":
    sys.exit(main())
