"""Real trainers on one machine and on two (both here): who listens where, and that they train."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil
import pytest

from engine.files.storage import runs_folder
from engine.runs.folder import Run
from engine.runs.journals.records import Started
from engine.runs.process.status import run_state
from tests.unit.training.distributed.test_rendezvous import free_port

if TYPE_CHECKING:
    from pathlib import Path

SMALL = (
    *("--model", "gpt", "--tokenizer", "char", "--device", "cpu", "--budget", "40steps"),
    *(
        "--set",
        "model.layers=1",
        "--set",
        "model.width=16",
        "--set",
        "model.heads=2",
        "--set",
        "training.threads=1",
    ),
    *("--set", "model.context_length=8", "--set", "training.precision=fp32", "--set", "training.compile=off"),
)
SCRIPT = "import sys; sys.argv[0] = 'lilm'; from tui.__main__ import main; sys.exit(main())"


def lilm(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env={**os.environ, **environment})


def listeners_until_the_end(*started: subprocess.Popen[str]) -> set[str]:
    """Addresses at which the processes and all that they start listen."""
    found: set[str] = set()
    known: dict[int, psutil.Process] = {}
    while any(process.poll() is None for process in started):
        for process in started:
            with suppress(psutil.Error):
                # The trainer's session outlives whoever started it, so children are remembered.
                children = psutil.Process(process.pid).children(recursive=True)
                known |= {child.pid: child for child in children}
        for child in list(known.values()):
            try:
                sockets = child.net_connections()
            except psutil.Error:
                continue
            found |= {socket.laddr.ip for socket in sockets if socket.status == psutil.CONN_LISTEN}
        time.sleep(0.05)
    for process in started:
        output, errors = process.communicate()
        assert process.returncode == 0, output + errors
    return found


@pytest.mark.slow
@pytest.mark.fault("foreign code")
def test_two_processes_of_a_machine_listen_on_loopback_only(text: Path) -> None:
    """In the environment of a job whose launcher means another program."""
    launcher = {
        "RANK": "0",
        "WORLD_SIZE": "2",
        "LOCAL_RANK": "0",
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": "29577",
    }
    training = lilm("train", str(text), *SMALL, "--name", "two", "--processes", "2", **launcher)
    assert listeners_until_the_end(training) == {"127.0.0.1"}
    run = Run(runs_folder() / "two")
    assert run_state(run) == "finished"
    assert [event.processes for event in run.events().read_all() if isinstance(event, Started)] == [2]


@pytest.mark.slow
@pytest.mark.fault("foreign code")
def test_two_machines_meet_where_the_user_says(text: Path) -> None:
    meeting = ("--name", "far", "--nodes", "2", "--rendezvous", f"127.0.0.1:{free_port()}")
    other = lilm("train", str(text), *SMALL, *meeting, "--node-rank", "1")
    time.sleep(1)
    first = lilm("train", str(text), *SMALL, *meeting, "--node-rank", "0")
    assert listeners_until_the_end(first, other) == {"127.0.0.1"}
    run = Run(runs_folder() / "far")
    assert run_state(run) == "finished"
    assert [event.processes for event in run.events().read_all() if isinstance(event, Started)] == [2]


@pytest.mark.slow
@pytest.mark.fault("hang")
@pytest.mark.parametrize("launcher", [{"RANK": "0"}, {"RANK": "0", "WORLD_SIZE": "2", "LOCAL_RANK": "0"}])
def test_a_launcher_of_another_program_is_not_ours(text: Path, launcher: dict[str, str]) -> None:
    training = lilm("train", str(text), *SMALL, "--name", "alone", **launcher)
    training.communicate(timeout=120)
    assert training.returncode == 0
    assert run_state(Run(runs_folder() / "alone")) == "finished"
