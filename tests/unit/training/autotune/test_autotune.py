"""Trials before the first step, whose results a resumed run keeps."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import TYPE_CHECKING

import msgspec
import pytest
import torch

from engine.config.loading import merge, settings_from
from engine.corpora.cache import empty_cache
from engine.errors import MisuseError
from engine.machine import devices
from engine.machine.compilers import compiler_for
from engine.models.gpt.family import GPTConfig
from engine.runs.journals.records import Estimate, Notice, Started
from engine.training.autotune import (
    compile_probe,
    compiling,
    probing,
    tuning,
)
from engine.training.autotune.compiling import CompileResult, CompileTask, decide_compiling
from engine.training.autotune.plan import Plan, read_plan
from engine.training.distributed.processes import ALONE
from tests.unit.training.conftest import TINY
from tests.unit.training.small_trainers import make_trainer
from tests.unit.training.trainers import train_here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.runs.folder import Run
    from engine.training.autotune.decisions import Decision
    from engine.training.gradient_trainer import GradientTrainer

AUTO = {"training": {"precision": "auto", "micro_batch_size": 4}}


def test_the_estimate_counts_what_the_run_has(make_run: Callable[..., Run]) -> None:
    run = make_run("estimated", {"training": {"weight_averaging": 0.0, "optimizer": "adamw"}})
    assert train_here(run) == 0
    estimate, started = (
        next(event for event in run.events().read_all() if isinstance(event, kind))
        for kind in (Estimate, Started)
    )
    assert isinstance(estimate, Estimate)
    assert isinstance(started, Started)
    assert estimate.parameters == started.parameters
    assert estimate.weights_bytes == estimate.gradients_bytes == 4 * estimate.parameters
    # Two moments a parameter, and a step count of four bytes for each tensor.
    assert 0 < estimate.optimizer_bytes - 8 * estimate.parameters < 4 * 30
    assert estimate.micro_batch_size == 3
    assert estimate.steps == 24
    assert estimate.memory_bytes > 50_000_000


def test_activations_grow_with_the_rows() -> None:
    short, long = (
        probing.activation_bytes_per_row(make_trainer({"model": {"context_length": length}}))
        for length in (8, 16)
    )
    assert long == pytest.approx(2 * short, rel=0.15)


@pytest.mark.parametrize("best", ["fp32", "bf16"])
def test_a_resumed_run_keeps_its_number_format(
    make_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, best: str
) -> None:
    if best == "bf16" and not devices.cpu_has_bf16():
        pytest.skip("this CPU has no bf16")
    monkeypatch.setattr(devices, "cpu_has_bf16", lambda: True)
    monkeypatch.setattr(probing, "faster_precision", lambda *_: (best, {best: 0.01}))
    run = make_run("format", AUTO, {"training": {"budget": "4steps"}})
    assert train_here(run) == 0
    plan = read_plan(run, ALONE)
    assert plan is not None
    assert plan.precision == best

    def never(*_: object) -> None:
        raise AssertionError("a resumed run measures nothing")

    monkeypatch.setattr(tuning, "autotune", never)
    assert train_here(run, "--resume") == 0
    started = [event.precision for event in run.events().read_all() if isinstance(event, Started)]
    assert started == [best, best]


@pytest.fixture
def stopwatch(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], float]], list[int]]:
    """`stopwatch(seconds)`: a step takes `seconds(precision)`. Gives a list that grows with each step."""

    def install(seconds: Callable[[str], float]) -> list[int]:
        steps: list[int] = []

        def time_step(trainer: GradientTrainer, step: int) -> float:
            steps.append(step)
            return seconds(trainer.precision)

        monkeypatch.setattr(probing, "seconds_of_step", time_step)
        monkeypatch.setattr(tuning, "precision_candidates", lambda *_: ("fp32", "bf16"))
        return steps

    return install


@pytest.mark.parametrize(
    ("bf16_seconds", "noise", "chosen"),
    [(0.5, 0.1, "bf16"), (0.95, 0.0, "fp32"), (2.0, 0.1, "fp32"), (0.97, 0.2, "fp32")],
)
def test_a_shorter_format_must_be_clearly_faster(
    stopwatch: Callable[[Callable[[str], float]], list[int]], bf16_seconds: float, noise: float, chosen: str
) -> None:
    dice = random.Random(0)
    stopwatch(lambda precision: (bf16_seconds if precision == "bf16" else 1.0) * dice.uniform(1, 1 + noise))
    for _ in range(20):
        assert probing.faster_precision(["fp32", "bf16"], make_trainer(), ALONE)[0] == chosen


@pytest.mark.fault("wrong silently")
@pytest.mark.parametrize("bf16_seconds", [0.6, 0.88, 0.9])
def test_twenty_runs_of_one_seed_take_one_path_whatever_the_stopwatch_says(
    stopwatch: Callable[[Callable[[str], float]], list[int]],
    injected: Callable[[int], None],
    bf16_seconds: float,
) -> None:
    """Each run has another stopwatch, by which bf16 takes 0.6 to 1.4 times as long as it does on average."""
    injected(20)
    trainer, dice = make_trainer(), random.Random(0)
    settings = settings_from(merge(TINY, AUTO))
    paths: list[tuple[str, Decision]] = []
    trials = []
    for _ in range(20):
        luck = dice.uniform(0.6, 1.4)
        steps = stopwatch(lambda precision, luck=luck: bf16_seconds * luck if precision == "bf16" else 1.0)
        _, decision = tuning._choose_precision(trainer, settings, ALONE)
        assert decision is not None
        paths.append((trainer.precision, decision))
        trials.append(len(steps))
    assert paths == paths[:1] * 20
    assert max(trials[1:]) < trials[0], "later runs time the one format alone"

    empty_cache()
    stopwatch(lambda precision: 0.1 if precision == "bf16" else 1.0)
    tuning._choose_precision(trainer, settings, ALONE)
    assert trainer.precision == "bf16"


@pytest.mark.fault("wrong silently")
def test_a_run_holds_what_it_was_decided_by(
    make_run: Callable[..., Run], stopwatch: Callable[[Callable[[str], float]], list[int]]
) -> None:
    measured = []
    for name, bf16_seconds in (("one", 0.25), ("two", 4.0)):
        stopwatch(lambda precision, took=bf16_seconds: took if precision == "bf16" else 1.0)
        run = make_run(name, AUTO, {"training": {"budget": "2steps", "compile": "auto"}})
        assert train_here(run) == 0
        plan = read_plan(run, ALONE)
        assert plan is not None
        assert plan.precision == "bf16"
        assert [decision.choice for decision in plan.measured] == ["bf16", "eager"]
        assert plan.measured[0].seconds == {"fp32": 1.0, "bf16": 0.25}
        measured.append(plan.measured)
    assert measured[0] == measured[1]


def test_number_formats_that_a_device_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = torch.device("cpu")
    with pytest.raises(MisuseError, match="fp16 is for CUDA"):
        devices.precision_candidates(cpu, "fp16")
    monkeypatch.setattr(devices, "cpu_has_bf16", lambda: False)
    assert devices.precision_candidates(cpu, "auto") == ("fp32",)
    with pytest.raises(MisuseError, match="no bf16 in hardware"):
        devices.precision_candidates(cpu, "bf16")
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (7, 5))
    assert devices.precision_candidates(torch.device("cuda:0"), "auto") == ("fp16",)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (8, 0))
    assert devices.precision_candidates(torch.device("cuda:0"), "auto") == ("bf16",)


TASK = CompileTask(
    model=GPTConfig(layers=1, width=16, heads=2, context_length=8),
    vocabulary_size=11,
    rows=2,
    precision="fp32",
    device="cpu",
)


def test_compiling_must_be_won_back(monkeypatch: pytest.MonkeyPatch) -> None:
    found = CompileResult(compiling=60.0, eager_pass=1.0, compiled_pass=0.5, compiler="c++")
    monkeypatch.setattr(compiling, "try_compiling", lambda task, most: found)
    assert decide_compiling(TASK, ("700steps",), run_seconds=1000.0, passes=700).choice == "compiled"
    assert decide_compiling(TASK, ("100steps",), run_seconds=1000.0, passes=100).choice == "eager"
    assert decide_compiling(TASK, ("30s",), run_seconds=30.0, passes=700).choice == "eager"
    no_compiler = CompileResult(problem="no compiler", compiler="c++")
    monkeypatch.setattr(compiling, "try_compiling", lambda task, most: no_compiler)
    assert decide_compiling(TASK, ("701steps",), run_seconds=1000.0, passes=700).choice == "eager"


@pytest.mark.fault("wrong silently")
def test_compiling_is_decided_once_unless_its_probe_was_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [
        CompileResult(problem="it took more than 140 seconds"),
        CompileResult(compiling=60.0, eager_pass=1.0, compiled_pass=0.5, compiler="c++"),
    ]
    monkeypatch.setattr(compiling, "try_compiling", lambda task, most: answers.pop(0))
    assert decide_compiling(TASK, ("700steps",), run_seconds=1000.0, passes=700).choice == "eager"
    decided = decide_compiling(TASK, ("700steps",), run_seconds=1000.0, passes=700)
    assert (decided.choice, decided.seconds["eager_pass"]) == ("compiled", 1.0)
    for run_seconds in (10.0, 299.0, 301.0, 5000.0):
        assert decide_compiling(TASK, ("700steps",), run_seconds=run_seconds, passes=700) == decided


def test_the_probe_asks_a_child_once(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    asked: list[CompileTask] = []

    class Child:
        stdout = b"noise\n" + msgspec.json.encode(CompileResult(compiling=1.0)) + b"\n"
        returncode = 0

    def run(command: list[str], input: bytes, **_: object) -> Child:
        asked.append(msgspec.json.decode(input, type=CompileTask))
        return Child()

    monkeypatch.setattr(compiling, "subprocess", SimpleNamespace(run=run, TimeoutExpired=TimeoutError))
    results = [compiling.try_compiling(TASK, 5.0) for _ in range(2)]
    assert results == [CompileResult(compiling=1.0, compiler=compiler_for("cpu").identity)] * 2
    assert asked == [TASK]
    Child.stdout, Child.returncode = b"", -9
    other = msgspec.structs.replace(TASK, rows=3)
    assert "was killed (SIGKILL), most likely because memory" in compiling.try_compiling(other, 5.0).problem


@pytest.mark.fault("unclear")
def test_the_probe_is_made_again_with_another_compiler(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []

    class Child:
        stdout = msgspec.json.encode(CompileResult(problem="no compiler"))
        returncode = 0

    def run(*_: object, env: dict[str, str], **__: object) -> Child:
        asked.append(env["CXX"])
        return Child()

    monkeypatch.setattr(compiling, "subprocess", SimpleNamespace(run=run, TimeoutExpired=TimeoutError))
    compiler = tmp_path / "c++"
    monkeypatch.setenv("CXX", str(compiler))
    for _ in range(2):
        assert compiling.try_compiling(TASK, 5.0).problem
    assert len(asked) == 1
    compiler.write_text("#!/bin/sh\n")
    compiler.chmod(0o700)
    Child.stdout = msgspec.json.encode(CompileResult(compiling=1.0))
    assert [compiling.try_compiling(TASK, 5.0).problem for _ in range(2)] == ["", ""]
    assert len(asked) == 2
    compiler.write_text("#!/bin/sh\n# a newer one\n")
    compiling.try_compiling(TASK, 5.0)
    assert len(asked) == 3


def test_the_child_measures_what_training_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "compile", lambda network, dynamic: network)
    result = compile_probe.measure(TASK)
    assert not result.problem
    assert 0 < result.eager_pass < 10
    assert result.compiling > 0
    assert result.compiled_pass > 0


def test_what_cannot_be_compiled_is_said_and_left(
    make_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def __call__(self, *_: object) -> None:
            raise torch._dynamo.exc.TorchDynamoException("no C++ compiler\nand much more")

    monkeypatch.setattr(torch, "compile", lambda module, dynamic: Broken())
    run = make_run("broken", {"training": {"compile": "on", "budget": "4steps"}})
    assert train_here(run) == 0
    notices = [event.message for event in run.events().read_all() if isinstance(event, Notice)]
    assert any("no C++ compiler" in message and "much more" not in message for message in notices)
    plan = read_plan(run, ALONE)
    assert isinstance(plan, Plan)
    assert not plan.compiled


@pytest.mark.slow
def test_a_compiled_run(make_run: Callable[..., Run]) -> None:
    """Needs a C++ compiler. Resumed, it is compiled again."""
    run = make_run("compiled", {"training": {"compile": "on", "budget": "6steps"}})
    assert train_here(run) == 0
    plan = read_plan(run, ALONE)
    assert plan is not None
    if not plan.compiled:
        pytest.skip("torch.compile does not work here")
    assert train_here(run, "--resume") == 0
    eager = make_run("eager", {"training": {"compile": "off", "budget": "6steps"}, "model": {"dropout": 0.0}})
    compiled = make_run(
        "compiled-2", {"training": {"compile": "on", "budget": "6steps"}, "model": {"dropout": 0.0}}
    )
    assert train_here(eager) == train_here(compiled) == 0
    for one, other in zip(eager.metrics().read_all(), compiled.metrics().read_all(), strict=True):
        assert one.train_loss == pytest.approx(other.train_loss, rel=1e-3)
