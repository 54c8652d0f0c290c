"""Signals at the end of a run: the terminal's bell, and a program of the user's."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from engine.errors import cause_of
from tui.lab.background import run_in_background
from tui.lab.messages import CommandFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.runs.journals.records import State
    from tui.lab.background import Post

PATIENCE_SECONDS = 60.0
"""For the user's program; then it is killed."""


class Endings:
    """Owned by the app and called from its thread only."""

    def __init__(self, post: Post, bell: Callable[[], object] | None, command: Sequence[str]) -> None:
        """`bell` rings the terminal's bell; None: no bell. `command`: program and arguments; empty: none."""
        self._post = post
        self._bell = bell
        self._command = tuple(command)
        self._has_failed = False

    def signal(self, name: str, state: State) -> None:
        """Ring the bell, and run the user's program with a run's name and state as its last arguments."""
        if self._bell is not None:
            self._bell()
        if self._command:
            run_in_background(self._post, lambda: self._run(name, state), "Cannot run notify_command")

    def _run(self, name: str, state: State) -> None:
        """Run the program without a shell: a name of a run is never a command."""
        problem = ""
        try:
            done = subprocess.run(
                [*self._command, name, state],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "LILM_RUN": name, "LILM_STATE": state},
                start_new_session=True,
                timeout=PATIENCE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            problem = f"was ended after {PATIENCE_SECONDS:.0f} s"
        except OSError as error:
            problem = f"cannot be run: {cause_of(error)}"
        else:
            if done.returncode:
                problem = f"ended with code {done.returncode}"
        if problem and not self._has_failed:
            self._has_failed = True
            self._post(CommandFailed(f"notify_command: {self._command[0]} {problem}; see config.toml."))
