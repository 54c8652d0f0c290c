"""A metric is declared once, on a field of a record, and is then described and collected."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec.structs import replace

from engine import formatting
from engine.runs.journals.metrics import metric, metrics_of
from engine.runs.journals.records import METRICS, Step

STEP = Step(
    step=3,
    tokens=48,
    seconds=1.5,
    train_loss=1.7344,
    fraction=0.1,
    tokens_per_second=8210,
    memory_bytes=3_040_000,
)


ON_TWO_GPUS = replace(
    STEP,
    gpu_utilization=(90.0, 96.0),
    gpu_memory_bytes=(20e9, 30e9),
    gpu_temperature=(61.0, 65.0),
    gpu_power=(None, 400.0),
)


class WithLoad(Step, frozen=True, kw_only=True, tag="step"):
    processor_load: Annotated[float | None, metric("processor", lambda value: f"{value:.0f}%")] = None


def test_the_metrics_of_a_step() -> None:
    described = {name: declared.describe(STEP) for name, declared in METRICS.items()}
    described = {name: text for name, text in described.items() if not METRICS[name].device}
    assert described == {
        "train_loss": "loss 1.734",
        "tokens_per_second": formatting.rate(8210),
        "learning_rate": "",
        "gradient_norm": "",
        "epoch": "",
        "memory_bytes": "memory 3.04 MB",
    }
    assert [name for name, declared in METRICS.items() if declared.brief is not None] == [
        *("train_loss", "tokens_per_second"),
        *("gpu_utilization", "gpu_memory_bytes", "gpu_temperature", "gpu_power"),
    ]


def test_a_metric_of_several_devices_is_described_by_one_value() -> None:
    of_gpus = [declared for declared in METRICS.values() if declared.device]
    assert [declared.describe_briefly(ON_TWO_GPUS) for declared in of_gpus] == [
        "2 GPUs 93%",
        "50 GB",
        "65 °C",
        "400 W",
    ]
    assert METRICS["gpu_power"].values(ON_TWO_GPUS) == (None, 400.0)
    one = replace(ON_TWO_GPUS, gpu_utilization=(90.0,))
    assert METRICS["gpu_utilization"].describe_briefly(one) == "GPU 90%"
    assert METRICS["gpu_utilization"].describe(one) == "GPU utilization 90%"


def test_a_run_without_gpus_has_no_values_and_no_room_in_its_file_for_them() -> None:
    assert [declared.value(STEP) for declared in METRICS.values() if declared.device] == [None] * 4
    assert METRICS["gpu_power"].values(STEP) == ()
    assert b"gpu" not in msgspec.json.encode(STEP)
    line = msgspec.json.encode(ON_TWO_GPUS)
    assert msgspec.json.decode(line, type=Step) == ON_TWO_GPUS
    assert b'"gpu_power":[null,400.0]' in line


def test_a_declaration_is_all_that_a_new_metric_needs() -> None:
    declared = metrics_of(WithLoad)
    assert [*METRICS, "processor_load"] == list(declared)
    step = WithLoad(
        step=1, tokens=1, seconds=1, train_loss=None, fraction=0, tokens_per_second=1, processor_load=61.4
    )
    assert declared["processor_load"].describe(step) == "processor 61%"
    assert declared["processor_load"].value(step) == 61.4
    assert declared["train_loss"].describe(step) == ""
