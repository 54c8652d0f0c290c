"""Several processes on one run, over gloo on the CPU: the same batches, the same losses, the same checkpoints."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil
import pytest
from safetensors.torch import load_file

from engine.children import python_command
from engine.config.settings import TrainingSettings
from engine.errors import MisuseError
from engine.runs.checkpoints import choose_checkpoint
from engine.runs.journals.records import Failed, Finished, Started, Stopped
from engine.runs.process import control
from engine.runs.process.launch import SUPERVISOR_MODULE
from engine.training.distributed.processes import ALONE, Processes
from engine.training.preparation import check_sharing
from tests.unit.training.trainers import evaluations, losses, train_here
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.runs.folder import Run

SETTINGS = {
    "model": {"dropout": 0.0, "layers": 2},
    "training": {"budget": "200steps", "weight_decay": 0.01, "micro_batch_size": 2, "evaluations": 3},
}


def test_one_process_talks_to_nobody() -> None:
    assert ALONE.is_first
    assert not ALONE.are_several
    assert ALONE.numbers_of_first([1, 2.5]) == [1, 2.5]
    assert ALONE.bytes_of_first(b"told") == b"told"
    assert (ALONE.total(3), ALONE.least(3)) == (3, 3)


def test_a_batch_must_be_shared_evenly() -> None:
    with pytest.raises(MisuseError, match="multiple of 3"):
        check_sharing(TrainingSettings(batch_size=16), Processes(world=3), "fp32")
    with pytest.raises(MisuseError, match="fp16"):
        check_sharing(TrainingSettings(sharding="fsdp"), Processes(world=2), "fp16")


def start_two(run: Run, *options: str) -> subprocess.Popen[bytes]:
    command = python_command(SUPERVISOR_MODULE, str(run.folder), "--processes", "2", "--", *options)
    with run.log_path.open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


def wait(trainer: subprocess.Popen[bytes], run: Run) -> None:
    assert trainer.wait(240) == 0, "\n".join(run.log_tail(30))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sharding", "optimizer", "steps", "rounding"),
    # Muon iterates in bf16, where a spread matrix is rounded elsewhere, and the paths part after a while.
    [("none", "muon", 200, 1e-3), ("fsdp", "adamw", 200, 1e-3), ("fsdp", "muon", 30, 1e-2)],
)
def test_two_processes_learn_what_one_learns(
    make_run: Callable[..., Run], sharding: str, optimizer: str, steps: int, rounding: float
) -> None:
    """Begun by two, stopped, gone on with by one, killed, and ended by two."""
    chosen = {"training": {"optimizer": optimizer, "sharding": sharding}}
    alone, shared = make_run("alone", SETTINGS, chosen), make_run("shared", SETTINGS, chosen)
    assert train_here(alone) == 0

    both = start_two(shared)
    until_step(shared, step=5, trainer=both)
    control.send(shared, control.Stop())
    wait(both, shared)
    stopped = shared.events().read_all()[-1]
    assert isinstance(stopped, Stopped)
    assert 5 <= stopped.step < 200

    one = subprocess.Popen(
        [sys.executable, "-m", "engine.training.process.worker", str(shared.folder), "--resume"]
    )
    until_step(shared, step=stopped.step + 5, trainer=one)
    one.kill()
    one.wait()

    wait(start_two(shared, "--resume"), shared)
    events = shared.events().read_all()
    assert isinstance(events[-1], Finished)
    assert [event.processes for event in events if isinstance(event, Started)] == [2, 1, 2]

    found, expected = losses(shared), losses(alone)
    assert found.keys() == expected.keys() == set(range(1, 201))
    for step in range(1, steps + 1):
        assert found[step] == pytest.approx(expected[step], rel=rounding), step
    if steps == 200:
        assert evaluations(shared)[200] == pytest.approx(evaluations(alone)[200], rel=rounding)
    for name in ("model.safetensors", "optimizer.safetensors"):
        of_two, of_one = (load_file(choose_checkpoint(run)[1] / name) for run in (shared, alone))
        assert {key: tensor.shape for key, tensor in of_two.items()} == {
            key: tensor.shape for key, tensor in of_one.items()
        }


@pytest.mark.slow
def test_two_processes_share_windows_of_documents(make_run: Callable[..., Run], tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number:02}.txt").write_text(f"{number} is {'not ' * (number % 5)}small.")
    documents = {
        "corpus": {"sources": [str(folder)]},
        "model": {"context_length": 64},
        "training": {"windows": "documents", "budget": "40steps"},
    }
    alone, shared = (make_run(name, SETTINGS, documents) for name in ("alone", "shared"))
    assert train_here(alone) == 0
    wait(start_two(shared), shared)
    found, expected = losses(shared), losses(alone)
    assert found.keys() == expected.keys() == set(range(1, 41))
    for step, loss in expected.items():
        assert found[step] == pytest.approx(loss, rel=1e-3), step
    assert evaluations(shared)[40] == pytest.approx(evaluations(alone)[40], rel=1e-3)


@pytest.mark.slow
@pytest.mark.fault("unclear")
@pytest.mark.parametrize("kills_first", [False, True])
def test_one_that_dies_ends_the_run(make_run: Callable[..., Run], kills_first: bool) -> None:
    run = make_run("bereft", SETTINGS, {"training": {"budget": "1000000steps"}})
    both = start_two(run)
    until_step(run, step=5, trainer=both)
    first = run.worker()
    assert first is not None
    victim = next(
        child for child in psutil.Process(both.pid).children() if (child.pid == first.pid) == kills_first
    )
    victim.kill()
    assert both.wait(60) == 128 + signal.SIGKILL
    failed = run.events().read_all()[-1]
    assert isinstance(failed, Failed)
    assert re.search(
        "process [12] of 2 was killed .* memory ran out: it held .* --resume bereft", failed.reason
    )
    assert not failed.misuse


def until_step(run: Run, *, step: int, trainer: subprocess.Popen[bytes]) -> None:
    def log() -> str:
        return "\n".join(run.log_tail(30))

    def has_made_it() -> bool:
        assert trainer.poll() is None, log()
        return max(losses(run), default=0) >= step

    until(has_made_it, log)
