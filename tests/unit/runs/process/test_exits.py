"""Ends of processes in words, from codes, from evidence, and from real ends."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from engine.config.settings import RunSettings
from engine.errors import LilmError
from engine.machine.limits import oom_counter, oom_kills
from engine.runs.creation import create_run
from engine.runs.journals import journal
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import Started, Step
from engine.runs.process import exits, launch
from engine.runs.process.exits import MemoryEvidence, boot_id, describe_end, describe_exit, evidence_of
from engine.training.process.environment import describe_environment

if TYPE_CHECKING:
    from pathlib import Path

    from engine.runs.folder import Run

POOR = MemoryEvidence(700_000_000, "the limit of memory.max", 650_000_000)


@pytest.mark.fault("unclear")
@pytest.mark.parametrize(
    ("code", "evidence", "said"),
    [
        (-9, None, "was killed (SIGKILL), most likely because memory ran out; a smaller model"),
        (
            137,
            POOR,
            "memory ran out: it held 650 MB when last measured, and the limit of memory.max is 700 MB",
        ),
        (
            -9,
            MemoryEvidence(9_000, "x", 5),
            "was killed (SIGKILL), perhaps by a user or a batch system: it held",
        ),
        (-9, MemoryEvidence(7, "x", 5, kills=1), "was killed (SIGKILL), because memory ran out"),
        (None, POOR, "exited unexpectedly, perhaps killed because memory ran out: it held 650 MB"),
        (None, MemoryEvidence(9_000, "x", 5, kills=1), "most likely killed because memory ran out"),
        (None, MemoryEvidence(9_000, "x", 5), "exited unexpectedly"),
        (1, POOR, "ended with exit code 1"),
        (-11, POOR, "was ended by SIGSEGV (a library accessed memory that is not its own)"),
        (-15, None, "was ended by SIGTERM (asked to end, as by kill, a batch system or a shutdown)"),
        (-10, None, "was ended by SIGUSR1"),
        (-64, None, "was ended by SIGRTMAX"),
        (-99, None, "was ended by signal 99"),
    ],
)
def test_codes_in_words(code: int | None, evidence: MemoryEvidence | None, said: str) -> None:
    told = describe_exit(code, evidence)
    assert said in told
    if code == -15 or said.endswith("unexpectedly"):
        assert told == said


def trained(name: str, device: str = "cpu", **changes: Any) -> Run:
    """A run whose trainer wrote down its machine, took a step, and vanished."""
    run = create_run(RunSettings(), name)
    run.write_json("env.json", {**describe_environment(1), **changes})
    counts = {"parameters": 9, "vocabulary_size": 9, "train_tokens": 9, "validation_tokens": 0}
    run.record_event(Started(time=0.0, device=device, precision="fp32", **counts))
    step = Step(
        step=1, tokens=1, seconds=1, train_loss=1, fraction=0.1, tokens_per_second=1, memory_bytes=5_000_000
    )
    journal.append(run.metrics_path, step)
    return run


def end_of(run: Run, code: int | None = None) -> str:
    return describe_end(run, RunHistory(run).read_all(), code)


def test_the_evidence_of_a_run() -> None:
    run = trained("cpu")
    evidence = evidence_of(run, RunHistory(run).read_all())
    assert evidence is not None
    assert evidence.held_bytes == 5_000_000
    assert evidence.limit_bytes > 0
    gpu = trained("gpu", device="cuda:0")
    evidence = evidence_of(gpu, RunHistory(gpu).read_all())
    assert evidence is not None
    assert evidence.held_bytes is None


@pytest.mark.fault("unclear")
def test_a_machine_that_was_restarted() -> None:
    if boot_id() is None:
        pytest.skip("this system does not say when it was started")
    assert end_of(trained("restarted", boot="another")) == "ended when its machine was restarted"
    assert end_of(trained("elsewhere", boot="another", host="another")) == "exited unexpectedly"
    assert end_of(trained("known", boot="another"), -11).startswith("was ended by SIGSEGV")


@pytest.mark.parametrize(
    "memory", [None, 5, {"bytes": "many"}, {"bytes": 5, "oom_counter": 3, "oom_kills": "x"}]
)
def test_an_environment_of_nonsense_is_no_evidence(memory: object) -> None:
    assert "exited unexpectedly" in end_of(trained("odd", memory=memory))


@pytest.mark.fault("foreign code")
def test_only_counters_of_control_groups_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "memory.events").write_text("oom_kill 7")
    counters = [str(tmp_path / "memory.events"), f"/sys/fs/cgroup/../../..{tmp_path}/memory.events"]
    for number, counter in enumerate(counters):
        memory = {"bytes": 10**12, "oom_counter": counter, "oom_kills": 0}
        assert end_of(trained(f"hostile-{number}", memory=memory)) == "exited unexpectedly"
    monkeypatch.setattr(exits, "_CONTROL_GROUPS", tmp_path)
    assert "most likely killed" in end_of(trained("honest", memory={**memory, "oom_counter": counters[0]}))


@pytest.mark.fault("unclear")
def test_the_exit_code_of_a_trainer_that_this_process_started(monkeypatch: pytest.MonkeyPatch) -> None:
    run = trained("mine")
    monkeypatch.setattr(
        launch, "python_command", lambda *_: [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]
    )
    with pytest.raises(
        LilmError, match=r"before its first step the trainer was killed \(SIGKILL\), perhaps by a user"
    ):
        launch.start_trainer(run, resume=True)
    assert launch.exit_code(run) == -signal.SIGKILL
    assert launch.exit_code(trained("another")) is None


@pytest.mark.fault("unclear")
def test_a_real_shortage_is_counted() -> None:
    """A process of a control group of 30 MB that takes 300 MB: killed by the kernel, and known to be."""
    counter = oom_counter()
    group = counter.parent / f"lilm-test-{os.getpid()}" if counter else None
    if counter is None or group is None or counter.name != "memory.oom_control" or os.getuid():
        pytest.skip("no control group (v1) can be made here")
    group.mkdir()
    try:
        (group / "memory.limit_in_bytes").write_text("30000000")
        memory = {"bytes": 30_000_000, "limit": "its limit", "oom_counter": str(group / counter.name)}
        run = trained("poor", memory={**memory, "oom_kills": oom_kills(group / counter.name)})
        script = f"echo $$ > {group}/cgroup.procs; exec {sys.executable} -c 'bytearray(300_000_000)'"
        code = subprocess.run(["sh", "-c", script], check=False).returncode
        assert code == -signal.SIGKILL
        assert end_of(run, code).startswith("was killed (SIGKILL), because memory ran out: it held 5 MB")
        assert "most likely killed because memory ran out" in end_of(run)
    finally:
        group.rmdir()


def test_this_machine_is_written_down() -> None:
    written = describe_environment(1)
    assert written["boot"] == boot_id()
    assert written["host"] == platform.node()
