"""A metric is declared once, on a field of a record, and is then described and collected."""

from __future__ import annotations

from typing import Annotated

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


class WithTemperature(Step, frozen=True, kw_only=True, tag="step"):
    gpu_temperature: Annotated[float | None, metric("GPU", lambda value: f"{value:.0f} °C")] = None


def test_the_metrics_of_a_step() -> None:
    described = {name: declared.describe(STEP) for name, declared in METRICS.items()}
    assert described == {
        "train_loss": "loss 1.734",
        "tokens_per_second": formatting.rate(8210),
        "learning_rate": "",
        "gradient_norm": "",
        "epoch": "",
        "memory_bytes": "memory 3.04 MB",
    }
    assert [name for name, declared in METRICS.items() if declared.brief] == [
        "train_loss",
        "tokens_per_second",
    ]


def test_a_declaration_is_all_that_a_new_metric_needs() -> None:
    declared = metrics_of(WithTemperature)
    assert [*METRICS, "gpu_temperature"] == list(declared)
    step = WithTemperature(
        step=1, tokens=1, seconds=1, train_loss=None, fraction=0, tokens_per_second=1, gpu_temperature=61.4
    )
    assert declared["gpu_temperature"].describe(step) == "GPU 61 °C"
    assert declared["gpu_temperature"].value(step) == 61.4
    assert declared["train_loss"].describe(step) == ""
