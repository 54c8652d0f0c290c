"""Readings of GPUs, with a library that answers as NVIDIA's binding does, on machines of all kinds."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from engine.machine.gpu_readings import READ_SECONDS, GpuMeter, GpuReadings

GIB = 1 << 30


class FakeNvml:
    """Functions of pynvml for some cards: structures with integer fields, milliwatts, and errors as exceptions."""

    NVML_TEMPERATURE_GPU = 0

    class NVMLError(Exception):
        pass

    def __init__(self, *uuids: str, unsupported: tuple[str, ...] = (), broken: bool = False) -> None:
        self.uuids = uuids
        self.unsupported = unsupported
        self.broken = broken
        self.calls: list[str] = []

    def _answer(self, function: str, answer: Any) -> Any:
        self.calls.append(function)
        if function in self.unsupported:
            raise self.NVMLError(f"{function}: Not Supported")
        return answer

    def nvmlInit(self) -> None:  # noqa: N802  (names of the library)
        if self.broken:
            raise self.NVMLError("Driver Not Loaded")

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> int:  # noqa: N802
        if uuid not in self.uuids:
            raise self.NVMLError("Not Found")
        return self.uuids.index(uuid)

    def nvmlDeviceGetUtilizationRates(self, handle: int) -> Any:  # noqa: N802
        return self._answer("utilization", SimpleNamespace(gpu=90 + handle, memory=30))

    def nvmlDeviceGetMemoryInfo(self, handle: int, version: int | None = None) -> Any:  # noqa: N802
        return self._answer("memory", SimpleNamespace(total=80 * GIB, free=60 * GIB, used=20 * GIB + handle))

    def nvmlDeviceGetTemperatureV(self, handle: int, sensor: int, version: int = 1) -> int:  # noqa: N802
        return self._answer("new temperature", 60 + handle)  # type: ignore[no-any-return]

    def nvmlDeviceGetTemperature(self, handle: int, sensor: int) -> int:  # noqa: N802
        return self._answer("temperature", 60 + handle)  # type: ignore[no-any-return]

    def nvmlDeviceGetPowerUsage(self, handle: int) -> int:  # noqa: N802
        return self._answer("power", 412_345)  # type: ignore[no-any-return]


FUNCTIONS = [name for name in vars(FakeNvml) if name.startswith("nvml")]


def meter(nvml: FakeNvml, *uuids: str) -> GpuMeter:
    return GpuMeter(uuids or ("a",), nvml=nvml, clock=lambda: 0.0)


def test_a_card_has_percent_bytes_degrees_and_watts() -> None:
    assert meter(FakeNvml("GPU-a")).read() == GpuReadings((90,), (20 * GIB,), (60,), (412.345,))


def test_cards_are_in_the_order_of_torch_and_an_unknown_one_has_no_values() -> None:
    found = meter(FakeNvml("GPU-a", "GPU-b", "GPU-c"), "c", "gone", "a").read()
    assert found is not None
    assert found.utilization == (92, None, 90)
    assert found.power == (412.345, None, 412.345)


def test_a_part_of_a_card_has_what_it_supports() -> None:
    found = meter(FakeNvml("MIG-a", unsupported=("utilization", "power"))).read()
    assert found == GpuReadings((None,), (20 * GIB,), (60,), (None,))


def test_an_older_driver_gives_the_temperature_by_the_function_that_it_has() -> None:
    found = meter(FakeNvml("GPU-a", unsupported=("new temperature",))).read()
    assert found is not None
    assert found.temperature == (60,)
    older = FakeNvml("GPU-a")
    older.nvmlDeviceGetTemperatureV = None  # type: ignore[assignment]
    found = meter(older).read()
    assert found is not None
    assert found.temperature == (60,)


def test_cards_are_asked_at_most_once_a_second() -> None:
    nvml, times = FakeNvml("GPU-a"), iter((0.0, 0.1, READ_SECONDS - 0.01, READ_SECONDS))
    read = GpuMeter(("a",), nvml=nvml, clock=lambda: next(times)).read
    assert [read(), read()] == [read()] * 2
    assert nvml.calls.count("power") == 1
    assert read() is not None
    assert nvml.calls.count("power") == 2


@pytest.mark.fault("a GPU")
@pytest.mark.parametrize(
    "nvml",
    [
        FakeNvml("GPU-a", broken=True),
        FakeNvml("GPU-other"),
        FakeNvml("GPU-a", unsupported=("utilization", "memory", "new temperature", "temperature", "power")),
    ],
)
def test_without_a_driver_a_card_or_an_answer_there_is_nothing(nvml: FakeNvml) -> None:
    assert meter(nvml).read() is None


@pytest.mark.fault("a GPU")
def test_a_card_that_is_lost_during_training_has_no_more_values() -> None:
    nvml, times = FakeNvml("GPU-a"), iter((0.0, 2.0))
    read = GpuMeter(("a",), nvml=nvml, clock=lambda: next(times)).read
    assert read() is not None
    nvml.unsupported = ("utilization", "memory", "new temperature", "temperature", "power")
    assert read() is None


@pytest.mark.fault("a GPU")
def test_without_the_library_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert GpuMeter(("a",)).read() is None


def test_a_run_on_a_cpu_does_not_import_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pynvml", raising=False)
    assert GpuMeter(()).read() is None
    assert "pynvml" not in sys.modules


def test_the_library_has_the_functions_of_its_stand_in() -> None:
    pynvml = pytest.importorskip("pynvml")
    assert issubclass(pynvml.NVMLError, Exception)
    assert pynvml.NVML_TEMPERATURE_GPU == FakeNvml.NVML_TEMPERATURE_GPU
    for function in FUNCTIONS:
        assert callable(getattr(pynvml, function)), function
    assert {"gpu", "memory"} == {name for name, _ in pynvml.c_nvmlUtilization_t._fields_}
    assert {"total", "free", "used"} == {name for name, _ in pynvml.c_nvmlMemory_t._fields_}
