"""Failures end a run with one sentence, and the last good checkpoint stays."""

from __future__ import annotations

import errno
import math
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from engine.errors import MisuseError
from engine.runs.checkpoints import checkpoint_folder, choose_checkpoint, complete_steps, newest_whole
from engine.runs.journals.records import (
    Failed,
    Finished,
    LearningRateChanged,
    NotFinite,
    Notice,
    Resumed,
    Stopped,
)
from engine.training import gradient_checkpoint, gradient_trainer, loop
from engine.training.gradient_trainer import GradientTrainer
from engine.training.optim.mixed_precision import MixedPrecision
from engine.training.process import setup
from tests.unit.training.trainers import finish, losses, start, train_here
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor

    from engine.runs.folder import Run

BAD_STEP = 13


@pytest.fixture
def bad_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """At one step the loss is NaN, unless the learning rate is scaled down."""
    make_step, summed_loss = GradientTrainer.step, gradient_trainer.summed_loss
    now = {"bad": False}

    def step(self: GradientTrainer, number: int, fraction: float, rate_scale: float) -> int:
        now["bad"] = number == BAD_STEP and rate_scale > 0.6
        return make_step(self, number, fraction, rate_scale)

    def loss(scores: Tensor, targets: Tensor) -> Tensor:
        return summed_loss(scores, targets) * (math.nan if now["bad"] else 1.0)

    monkeypatch.setattr(GradientTrainer, "step", step)
    monkeypatch.setattr(gradient_trainer, "summed_loss", loss)


@pytest.mark.usefixtures("bad_step")
def test_a_loss_that_is_no_number_stops_the_run_and_a_lower_rate_goes_past_it(
    make_run: Callable[..., Run],
) -> None:
    run = make_run("nan")
    assert train_here(run) == 1
    *_, bad, failed = run.events().read_all()
    assert isinstance(bad, NotFinite)
    assert bad.step == BAD_STEP
    assert len(bad.batch) == 16
    weights = {name: norm for name, norm in bad.diagnostics.items() if not name.endswith("(gradient)")}
    gradients = [norm for name, norm in bad.diagnostics.items() if name.endswith("(gradient)")]
    assert len(gradients) == len(weights) > 5
    assert None not in weights.values()
    assert set(gradients) == {None}
    assert isinstance(failed, Failed)
    assert "--scale-rate 0.5" in failed.reason
    assert not failed.misuse
    assert max(losses(run)) == BAD_STEP
    assert 0 < complete_steps(run)[-1] <= BAD_STEP
    assert_finite_weights(run)

    before = len(run.events().read_all())
    assert train_here(run, "--resume", "--scale-rate", "0.5") == 0
    events = run.events().read_all()[before:]
    assert [event.scale for event in events if isinstance(event, LearningRateChanged)] == [0.5]
    assert isinstance(events[-1], Finished)
    assert losses(run).keys() == set(range(1, 25))


@pytest.mark.usefixtures("bad_step")
def test_a_bad_loss_that_is_found_late_is_never_saved(
    make_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a GPU, where nobody looks at each step: it shows at the next line of metrics, or before a checkpoint."""
    monkeypatch.setattr(MixedPrecision, "scales_gradients", True)
    run = make_run("late", {"training": {"log_every": 1000}})
    assert train_here(run) == 1
    bad = next(event for event in run.events().read_all() if isinstance(event, NotFinite))
    assert bad.step == BAD_STEP
    assert_finite_weights(run)


def assert_finite_weights(run: Run) -> None:
    _, folder = choose_checkpoint(run)
    for path in folder.glob("*.safetensors"):
        assert all(bool(torch.isfinite(tensor).all()) for tensor in load_file(path).values())


def test_a_changed_rate_survives_a_kill(
    make_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the change and before the next checkpoint, it is made again at the same step."""
    rates: dict[int, list[float]] = {}
    make_step = GradientTrainer.step

    def step(self: GradientTrainer, number: int, fraction: float, rate_scale: float) -> int:
        if rate_scale:  # steps of autotuning have none
            rates.setdefault(number, []).append(rate_scale)
        if number == 14 and len(rates[number]) == 1:
            raise KeyboardInterrupt  # as good as a kill: nothing is written any more
        return make_step(self, number, fraction, rate_scale)

    monkeypatch.setattr(GradientTrainer, "step", step)
    run = make_run("rates")
    run.record_event(LearningRateChanged(time=0.0, step=12, scale=0.25))
    run.record_event(LearningRateChanged(time=0.0, step=20, scale=0.1))
    with pytest.raises(KeyboardInterrupt):
        train_here(run)
    assert train_here(run, "--resume") == 0
    resumed = [scales[-1] for _, scales in sorted(rates.items())]
    assert resumed == [1.0] * 12 + [0.25] * 8 + [0.1] * 4


@pytest.mark.parametrize(
    "broken",
    [
        OSError(errno.EIO, "Input/output error"),
        SafetensorError("I/O error: Input/output error (os error 5)"),
        SafetensorError("Input/output error"),
    ],
)
def test_a_disk_that_fails_keeps_the_checkpoint_before(
    make_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, broken: Exception
) -> None:
    save, saved = gradient_checkpoint.save_file, []

    def save_until_broken(tensors: dict[str, Tensor], path: Path) -> None:
        saved.append(path)
        if len(saved) == 3:
            raise broken
        save(tensors, path)

    monkeypatch.setattr(gradient_checkpoint, "save_file", save_until_broken)
    run = make_run("broken")
    assert train_here(run) == 1
    failed = run.events().read_all()[-1]
    assert isinstance(failed, Failed)
    assert not failed.misuse
    assert "Input/output error" in failed.reason
    assert "\n" not in failed.reason
    assert len(complete_steps(run)) == 2
    assert newest_whole(run) is not None
    assert not list(run.checkpoints_folder.glob(".*"))
    monkeypatch.setattr(gradient_checkpoint, "save_file", save)
    assert train_here(run, "--resume") == 0


def test_a_disk_that_takes_no_more_bytes(make_run: Callable[..., Run]) -> None:
    """With files of limited size, as the system itself refuses them."""
    run = make_run("limited", {"model": {"width": 64}})
    assert finish(run, file_bytes=50_000) == 1
    failed = run.events().read_all()[-1]
    assert isinstance(failed, Failed)
    assert "checkpoints/step-" in failed.reason
    assert "free some space" in failed.reason
    assert complete_steps(run) == []


def test_sigterm_ends_with_a_checkpoint(make_run: Callable[..., Run]) -> None:
    run = make_run("terminated", {"training": {"budget": "1000000steps"}})
    trainer = start(run)
    until(lambda: len(losses(run)) >= 3, run.log_tail)
    os.kill(trainer.pid or 0, signal.SIGTERM)
    trainer.join(60)
    assert trainer.exitcode == 0
    stopped = run.events().read_all()[-1]
    assert isinstance(stopped, Stopped)
    assert complete_steps(run)[-1] == stopped.step == max(losses(run))


@pytest.mark.parametrize(("place", "is_misuse"), [("preparation", True), ("training", False)])
def test_misuse_is_what_is_found_before_the_first_step(
    make_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, place: str, is_misuse: bool
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise MisuseError("cannot write there; free some space")

    if place == "preparation":
        monkeypatch.setattr(setup, "build_trainer", refuse)
    else:
        monkeypatch.setattr(loop, "write_checkpoint", refuse)
    run = make_run("refused")
    assert train_here(run) == (2 if is_misuse else 1)
    failed = run.events().read_all()[-1]
    assert isinstance(failed, Failed)
    assert failed.misuse == is_misuse


def test_a_damaged_checkpoint_is_passed_over(make_run: Callable[..., Run]) -> None:
    run = make_run("damaged")
    assert train_here(run) == 0
    whole = losses(run)
    newest = choose_checkpoint(run)[1] / "optimizer.safetensors"
    newest.write_bytes(newest.read_bytes()[:-1])
    before = complete_steps(run)[-2]
    assert train_here(run, "--resume") == 0
    resumed = [event.step for event in run.events().read_all() if isinstance(event, Resumed)]
    assert resumed == [before]
    assert losses(run) == whole


@pytest.mark.fault("lost work")
def test_a_run_whose_checkpoints_are_all_damaged_begins_again_only_when_it_is_told_to(
    make_run: Callable[..., Run],
) -> None:
    run = make_run("damaged")
    assert train_here(run) == 0
    whole = losses(run)
    steps = complete_steps(run)
    for step in steps:
        (checkpoint_folder(run, step) / "optimizer.safetensors").write_bytes(b"no tensors")
    assert train_here(run, "--resume") == 1
    failed = run.events().read_all()[-1]
    assert isinstance(failed, Failed)
    assert f"all {len(steps)} checkpoints of damaged are damaged" in failed.reason
    assert "lilm train --resume damaged --from-step 0, or remove it" in failed.reason
    assert complete_steps(run) == steps

    assert train_here(run, "--resume", "--from-step", "0") == 0
    assert losses(run) == whole
    assert newest_whole(run) is not None
    assert len(list((run.checkpoints_folder / "aside").iterdir())) == len(steps)


@pytest.mark.fault("wrong silently")
@pytest.mark.parametrize(
    "plan", [{"micro_batch_size": 0}, {"precision": "int1"}, {"sample_tokens": "many"}, {"compiled": 2}]
)
def test_a_plan_that_makes_no_sense_is_made_again(make_run: Callable[..., Run], plan: Any) -> None:
    run = make_run("plan")
    whole = {"device": "cpu", "precision": "fp32", "micro_batch_size": 3, "compiled": False}
    run.write_json("env.json", {"plan": whole | plan})
    assert train_here(run, "--resume") == 0
    notices = [event.message for event in run.events().read_all() if isinstance(event, Notice)]
    assert any("env.json" in message and "are determined again" in message for message in notices)
    assert any("no checkpoint yet, so the run begins again" in message for message in notices)
    assert run.read_json("env.json")["plan"]["micro_batch_size"] == 3
