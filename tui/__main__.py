"""`lilm`: the app when nothing else is asked for, the command line otherwise."""

from __future__ import annotations

import sys

NO_MOUSE = "--no-mouse"


def main() -> int:
    """The exit code of the app or of the command."""
    arguments = sys.argv[1:]
    if set(arguments) <= {NO_MOUSE}:
        from tui.app import run_app

        return run_app(mouse=NO_MOUSE not in arguments)
    from engine import cli

    return cli.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
