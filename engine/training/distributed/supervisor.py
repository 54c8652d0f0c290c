"""Supervisor of a run's processes on this machine: starts them, passes signals on, ends all when one fails.

`python -m engine.training.distributed.supervisor RUN_FOLDER --processes 2 [--nodes 2 --node-rank 0 --rendezvous
HOST:PORT] [-- TRAINER_OPTIONS]`. It loads no torch. It alone knows which process ended and by what, so it records a
failure that no process could record itself.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from engine.children import child_environment, python_command
from engine.errors import LilmError
from engine.machine.gpus import emptiest
from engine.runs.folder import Run
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import Failed
from engine.runs.process.exits import describe_exit, evidence_of
from engine.runs.process.group import Group
from engine.runs.process.launch import TRAINER_MODULE
from engine.runs.process.lock import Purpose
from engine.runs.process.status import ALIVE, claimed_state, hold_run
from engine.training.distributed.processes import LOST_CONNECTION

if TYPE_CHECKING:
    from collections.abc import Sequence

POLL_SECONDS = 0.1
GRACE_SECONDS = 60.0
"""After one has failed, the others have this long to notice; one that waits for it in nccl would do so for a day."""


def main(argv: list[str] | None = None) -> int:
    """Gives the exit code of the process that failed, 128 + its number for a signal, as shells have it."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.distributed.supervisor")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--nodes", type=int, default=1)
    parser.add_argument("--node-rank", type=int, default=0)
    parser.add_argument("--rendezvous", default="")
    argv = sys.argv[1:] if argv is None else argv
    split = argv.index("--") if "--" in argv else len(argv)
    arguments, options = parser.parse_args(argv[:split]), argv[split + 1 :]
    run = Run(arguments.folder)
    group = Group(arguments.processes, arguments.nodes, arguments.node_rank, arguments.rendezvous)
    with tempfile.TemporaryDirectory(prefix="lilm-") as folder:
        members = Members(commands(run, group, f"file:{folder}/rendezvous", options))
        codes = members.run_to_the_end()
    if not any(codes):
        return 0
    if group.node_rank == 0:
        record_failure(run, group, members)
    code = members.culprit[1] if members.culprit else LilmError.exit_code
    return code if code > 0 else 128 - code


def commands(run: Run, group: Group, file: str, options: Sequence[str]) -> list[list[str]]:
    """A trainer's command line for each process of this machine; they meet at `file` if there are no others."""
    made = []
    for local_rank in range(group.processes):
        rank = group.node_rank * group.processes + local_rank
        ranks = map(str, (rank, group.world, local_rank, group.processes))
        meeting = ["--ranks", *ranks, "--rendezvous", group.rendezvous or file]
        made.append(python_command(TRAINER_MODULE, str(run.folder), *options, *meeting))
    return made


class Members:
    """The processes of this machine, from start to end."""

    def __init__(self, commands: Sequence[Sequence[str]]) -> None:
        self.culprit: tuple[int, int] | None = None
        """Index and exit code of the process that failed first, by itself."""
        self._stop = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        environment = child_environment()
        if chosen := emptiest(len(commands)):
            environment["CUDA_VISIBLE_DEVICES"] = chosen
        self._members = [subprocess.Popen(command, env=environment) for command in commands]

    @property
    def pids(self) -> list[int]:
        return [member.pid for member in self._members]

    def run_to_the_end(self) -> list[int]:
        """Exit codes by index, negative for a signal."""
        last_moment = None
        while True:
            codes = [member.poll() for member in self._members]
            if self.culprit is None:
                failed = ((i, code) for i, code in enumerate(codes) if code not in (None, 0, LOST_CONNECTION))
                self.culprit = next(failed, None)
            if last_moment is None and any(codes):
                last_moment = time.monotonic() + GRACE_SECONDS
            ended = [code for code in codes if code is not None]
            if len(ended) == len(codes):
                return ended
            if last_moment is not None and time.monotonic() > last_moment:
                self._send(signal.SIGKILL)
                return [member.wait() for member in self._members]
            if self._stop:
                self._stop = False
                self._send(signal.SIGTERM)
            time.sleep(POLL_SECONDS)

    def _ask_to_stop(self, *_: object) -> None:
        self._stop = True

    def _send(self, number: int) -> None:
        for member in self._members:
            member.send_signal(number)


def record_failure(run: Run, group: Group, members: Members) -> None:
    """Record why the run ended, unless a process of it did, or the run is another trainer's by now."""
    history = RunHistory(run).read_all()
    if members.culprit is None:
        reason = "the processes lost touch with one on another machine, whose log says why"
    else:
        index, code = members.culprit
        reason = f"process {index + 1} of {group.world} {describe_exit(code, evidence_of(run, history))}"
    print(reason, file=sys.stderr)
    worker = run.worker()
    if worker is None or worker.pid not in members.pids:
        return
    try:
        with hold_run(run, Purpose.TRAIN):
            if claimed_state(run.events().read_all()) in ALIVE:
                reason += f"; lilm train --resume {run.name} continues it"
                run.record_event(Failed(time=time.time(), reason=reason))
    except LilmError as error:
        print(error, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
