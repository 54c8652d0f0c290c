"""Lines of metrics: what a step has of the GPUs that it ran on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
import torch

from engine.machine import gpus
from engine.machine.gpu_readings import GpuReadings
from engine.machine.gpus import Gpu
from engine.runs.journals.records import Step
from engine.training.distributed.processes import ALONE, Processes, gpu_uuids
from engine.training.metrics import Meter
from engine.training.state import TrainingState
from engine.training.trainer import Measurement

READINGS = GpuReadings((93,), (20 << 30,), (61,), (412.3,))


def line(readings: GpuReadings | None) -> Step:
    trainer: Any = SimpleNamespace(
        gpu_readings=lambda: readings, learning_rate=1e-3, tokens_per_epoch=100, memory_bytes=7
    )
    state = TrainingState()
    state.step = 1
    return Meter(state, None).line(Measurement(2.0), trainer)


def test_a_line_has_the_readings_of_the_gpus() -> None:
    step = msgspec.json.decode(msgspec.json.encode(line(READINGS)), type=Step)
    assert (step.gpu_utilization, step.gpu_memory_bytes) == ((93.0,), (20 << 30,))
    assert (step.gpu_temperature, step.gpu_power) == ((61.0,), (412.3,))


def test_a_line_without_gpus_says_nothing_of_them() -> None:
    assert b"gpu" not in msgspec.json.encode(line(None))


@pytest.mark.parametrize(
    ("device", "processes", "uuids"),
    [
        ("cpu", ALONE, []),
        ("cuda:2", ALONE, ["u-2"]),
        ("cuda:0", Processes(rank=0, world=4, local_world=3), ["u-0", "u-1", "u-2"]),
        ("cuda:1", Processes(rank=1, world=4, local_rank=1, local_world=3), []),
    ],
)
def test_the_first_process_reads_the_gpus_of_its_machine(
    monkeypatch: pytest.MonkeyPatch, device: str, processes: Processes, uuids: list[str]
) -> None:
    cards = [Gpu(index, "card", 8 << 30, (8, 0), f"u-{index}") for index in range(4)]
    monkeypatch.setattr(gpus, "list_gpus", lambda torch: cards)
    assert gpu_uuids(torch.device(device), processes) == uuids
