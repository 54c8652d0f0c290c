"""Training on a CUDA device: the CPU's losses in fp32, reduced precision, memory, exact resume, compiled steps."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from engine.inference.filling import fill
from engine.inference.generation import Generation
from engine.inference.loading import load_run
from engine.machine.gpu_readings import GpuMeter
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import METRICS
from engine.sampling.config import SamplingConfig
from engine.training.distributed.processes import ALONE, gpu_uuids
from tests.unit.training.small_trainers import make_steps, make_trainer
from tests.unit.training.trainers import evaluations, finish, last_state, losses, train_here

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.machine.devices import Precision
    from engine.runs.folder import Run

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]

FAMILIES: dict[str, dict[str, Any]] = {
    "gpt": {"layers": 2, "width": 32},
    "mlp": {"family": "mlp", "context_length": 4, "embedding": 8, "hidden": 32},
    "rnn": {"family": "rnn", "context_length": 16},
    "kan": {"family": "kan", "context_length": 4, "embedding": 8, "hidden": 16},
}
ON_CUDA = {"device": "cuda", "training": {"micro_batch_size": 4}}


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
@pytest.mark.parametrize("family", FAMILIES)
def test_losses_are_those_of_the_cpu(family: str, optimizer: str) -> None:
    changes = {"model": FAMILIES[family], "training": {"optimizer": optimizer, "micro_batch_size": 8}}
    here, there = (make_steps(make_trainer(changes, device=device), 20) for device in ("cpu", "cuda"))
    assert there[0] == pytest.approx(here[0], rel=1e-3)
    assert there == pytest.approx(here, rel=2e-2)


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_reduced_precision_follows_fp32(precision: Precision) -> None:
    changes = {"model": FAMILIES["gpt"], "training": {"micro_batch_size": 8}}
    exact, reduced = (
        make_steps(make_trainer(changes, precision=name, device="cuda"), 60) for name in ("fp32", precision)
    )
    assert np.mean(reduced[-10:]) == pytest.approx(np.mean(exact[-10:]), rel=5e-2)


def test_a_batch_beyond_the_memory_is_cut_into_micro_batches() -> None:
    """The allocator raises its own error, under a limit of 1 GB."""
    changes = {
        "model": {"layers": 4, "width": 256, "heads": 4, "context_length": 256},
        "training": {"batch_size": 512, "micro_batch_size": 512},
    }
    notices: list[str] = []
    trainer = make_trainer(changes, precision="bf16", device="cuda", notify=notices.append)
    _, total = torch.cuda.mem_get_info()
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(1e9 / total)
    try:
        assert np.isfinite(make_steps(trainer, 2)).all()
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert notices


@pytest.mark.parametrize("precision", ["fp32", "bf16", "fp16"])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_run_trains_and_is_sampled(make_run: Callable[..., Run], family: str, precision: str) -> None:
    run = make_run("run", ON_CUDA, {"model": FAMILIES[family], "training": {"precision": precision}})
    assert train_here(run) == 0, "\n".join(run.log_tail(30))
    assert None not in losses(run).values()
    assert all(step.memory_bytes for step in RunHistory(run).read_all().steps)
    loaded = load_run(run, device="cuda")
    config = SamplingConfig(temperature=0.8, seed=1)
    ids = loaded.tokenizer.encode("7 bottles")
    tokens = [list(Generation(loaded.model, loaded.tokenizer, ids, config, tokens=40)) for _ in range(2)]
    assert len(tokens[0]) > 0
    assert [token.id for token in tokens[0]] == [token.id for token in tokens[1]]


def test_lines_of_metrics_have_the_load_of_the_gpu(make_run: Callable[..., Run]) -> None:
    """Values are in the ranges of any card that is on. A reading, once a second, takes less than 50 ms."""
    run = make_run("run", ON_CUDA, {"model": FAMILIES["gpt"]})
    assert train_here(run) == 0, "\n".join(run.log_tail(30))
    last = RunHistory(run).read_all().last
    assert last is not None
    bounds = {
        "gpu_utilization": (0, 100),
        "gpu_memory_bytes": (1e8, torch.cuda.mem_get_info()[1]),
        "gpu_temperature": (10, 110),
        "gpu_power": (5, 2000),
    }
    for name, (low, high) in bounds.items():
        (value,) = METRICS[name].values(last)
        assert value is not None, name
        assert low <= value <= high, name
    meter = GpuMeter(gpu_uuids(torch.device("cuda"), ALONE))
    start = time.perf_counter()
    assert meter.read() is not None
    assert time.perf_counter() - start < 0.05


def test_masked_training_gives_a_model_that_fills_gaps(make_run: Callable[..., Run]) -> None:
    masked = {"model": {"causal": False}, "training": {"objective": "masked", "prompts": ["7 [mask]"]}}
    run = make_run("cloze", ON_CUDA, masked)
    assert train_here(run) == 0, "\n".join(run.log_tail(30))
    assert None not in losses(run).values()
    loaded = load_run(run, device="cuda")
    assert fill(loaded.model, loaded.tokenizer, "7 b[mask]t", alternatives=3).text.startswith("7 b")


def test_a_killed_run_resumes_exactly(make_run: Callable[..., Run]) -> None:
    whole, killed = make_run("whole", ON_CUDA), make_run("killed", ON_CUDA)
    assert train_here(whole) == 0, "\n".join(whole.log_tail(30))
    assert finish(killed, die_at=60) != 0
    assert finish(killed, "--resume") == 0, "\n".join(killed.log_tail(30))
    assert losses(killed) == losses(whole)
    assert evaluations(killed) == evaluations(whole)
    assert last_state(killed) == last_state(whole)


def test_a_compiled_step_has_the_losses_of_an_eager_one(make_run: Callable[..., Run]) -> None:
    eager, compiled = (
        make_run(mode, ON_CUDA, {"model": {"dropout": 0.0}, "training": {"compile": mode}})
        for mode in ("off", "on")
    )
    assert train_here(eager) == 0, "\n".join(eager.log_tail(30))
    assert train_here(compiled) == 0, "\n".join(compiled.log_tail(30))
    assert losses(compiled) == pytest.approx(losses(eager), rel=1e-2)
