"""GPUs that are listed and do not work, with a torch that behaves as on such machines."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import torch

from engine.errors import MisuseError
from engine.machine import devices, gpus
from engine.machine.devices import choose_device, survey_devices
from engine.machine.gpus import Gpu, by_free_memory, free_memory_by_uuid, problem_of, problem_of_cuda

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NO_KERNEL = (
    "CUDA error: no kernel image is available for execution on the device\nCUDA kernel errors might be"
)
OLD_DRIVER = (
    "The NVIDIA driver on your system is too old (found version 11040). Please update your GPU driver"
)
FULL = "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 8 GiB"
BUSY = "CUDA error: all CUDA-capable devices are busy or unavailable"


class FakeTorch:
    """torch with GPUs that answer a product with an error, or with a number."""

    bfloat16, float16, float32 = "bf16", "fp16", "fp32"
    __version__ = "2.13.0"

    def __init__(
        self, *answers: str | float, capability: tuple[int, int] = (8, 0), cuda: str | None = "12.6"
    ) -> None:
        self.answers = answers
        self.tried: list[tuple[str, str]] = []
        major, minor = capability
        facts = [
            SimpleNamespace(
                name=f"Card {index}", total_memory=8 << 30, major=major, minor=minor, uuid=f"u-{index}"
            )
            for index in range(len(answers))
        ]
        self.version = SimpleNamespace(cuda=cuda)
        self.init_error = "no GPU"
        self.cuda = SimpleNamespace(
            is_available=lambda: bool(answers),
            device_count=lambda: len(answers),
            get_device_properties=lambda device: facts[int(str(device).removeprefix("cuda:"))],
            get_arch_list=lambda: ["sm_75", "sm_80"],
            init=self._fail,
        )
        self.backends = SimpleNamespace(mps=SimpleNamespace(is_available=lambda: False))
        self.cpu = torch.cpu

    def device(self, name: str) -> torch.device:
        return torch.device(name)

    def ones(self, rows: int, columns: int, *, device: str, dtype: str) -> Any:
        self.tried.append((device, dtype))
        answer = self.answers[int(device.removeprefix("cuda:"))]
        if isinstance(answer, str):
            raise RuntimeError(answer)
        matrix: Any = type("Matrix", (), {"__matmul__": lambda self, _: self, "sum": lambda self: answer})
        return matrix()

    def _fail(self) -> None:
        raise RuntimeError(self.init_error)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., FakeTorch]:
    """`machine(answers…, free={uuid: bytes})`: GPUs as `engine.machine.devices` sees them."""

    def make(*answers: str | float, free: dict[str, int] | None = None, **options: Any) -> FakeTorch:
        fake = FakeTorch(*answers, **options)
        monkeypatch.setattr(devices, "torch", fake)
        monkeypatch.setattr(gpus, "free_memory_by_uuid", lambda: free or {})
        return fake

    return make


@pytest.mark.fault("unclear")
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (NO_KERNEL, "no code for its architecture sm_80, only for sm_75 sm_80; install another torch"),
        (OLD_DRIVER, "driver is too old for this torch, which wants CUDA 12.6; update it"),
        (FULL, "its memory is full; see with nvidia-smi"),
        (BUSY, "another process has it to itself"),
        ("CUDA error: unspecified launch failure\nmore", "CUDA error: unspecified launch failure"),
        ("", "without a reason"),
        (4095.0, "it computes 4095 where 4096 is right"),
    ],
)
def test_why_a_gpu_does_not_work(answer: str | float, said: str) -> None:
    problem = problem_of(FakeTorch(answer), "cuda:0", "bf16")
    assert problem is not None
    assert said in problem
    assert "\n" not in problem


@pytest.mark.fault("unclear")
def test_a_gpu_that_does_not_work_is_passed_over_and_said(machine: Callable[..., FakeTorch]) -> None:
    fake = machine(NO_KERNEL, 4096.0)
    notes: list[str] = []
    assert choose_device("auto", notes.append) == torch.device("cuda:1")
    (note,) = notes
    assert note.startswith(
        "cuda:0 (Card 0, 8.59 GB) is not used: this torch has no code for its architecture"
    )
    with pytest.raises(
        MisuseError, match=r"cuda:0 \(Card 0, 8.59 GB\) cannot be used: this torch has no code"
    ):
        choose_device("cuda")
    assert choose_device("cuda:1") == torch.device("cuda:1")
    assert {dtype for _, dtype in fake.tried} == {"bf16"}


@pytest.mark.fault("unclear")
def test_without_a_gpu_that_works_the_cpu_computes(machine: Callable[..., FakeTorch]) -> None:
    machine(FULL, BUSY, capability=(7, 5))
    notes: list[str] = []
    assert choose_device("auto", notes.append) == torch.device("cpu")
    assert len(notes) == 2
    working, broken = survey_devices()
    assert [device.name for device in working] == ["cpu"]
    assert list(broken) == ["cuda:0 (Card 0, 8.59 GB)", "cuda:1 (Card 1, 8.59 GB)"]


def test_the_gpu_with_the_most_free_memory_is_taken_and_no_other_is_touched(
    machine: Callable[..., FakeTorch],
) -> None:
    fake = machine(4096.0, 4096.0, 4096.0, free={"u-0": 1, "u-1": 3, "u-2": 2})
    assert choose_device() == torch.device("cuda:1")
    assert fake.tried == [("cuda:1", "bf16")]


def test_equal_gpus_keep_their_order() -> None:
    cards = [Gpu(index, "Card", 1, (8, 0), f"u-{index}") for index in range(3)]
    assert by_free_memory(cards, {}) == cards
    assert [gpu.index for gpu in by_free_memory(cards, {"u-2": 5})] == [2, 0, 1]


def test_free_memory_by_the_drivers_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert free_memory_by_uuid() == {}
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'GPU-1a-2b, 512'\necho 'GPU-3c, [N/A]'\necho 'failed to talk'\nexit 3\n")
    tool.chmod(0o700)
    assert free_memory_by_uuid() == {"1a-2b": 512 << 20}


@pytest.mark.fault("unclear")
def test_why_torch_sees_no_gpu(tmp_path: Path) -> None:
    driver = tmp_path / "version"
    blind = FakeTorch()
    assert problem_of_cuda(blind, driver) is None
    driver.touch()
    assert problem_of_cuda(FakeTorch(4096.0), driver) is None
    assert "built without CUDA" in (problem_of_cuda(FakeTorch(cuda=None), driver) or "")
    blind.init_error = OLD_DRIVER
    assert "driver is too old" in (problem_of_cuda(blind, driver) or "")
    blind.init_error = "No CUDA GPUs are available"
    assert "--gpus all" in (problem_of_cuda(blind, driver) or "")


def test_devices_that_are_not_there(machine: Callable[..., FakeTorch]) -> None:
    machine()
    with pytest.raises(MisuseError, match=r"the device cuda is not there.*here cpu can be used"):
        choose_device("cuda")
    with pytest.raises(MisuseError, match="no device 'abacus'"):
        choose_device("abacus")
    assert choose_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize(("count", "chosen"), [(1, "GPU-bb"), (2, "GPU-bb,GPU-cc"), (3, None), (4, None)])
def test_several_processes_get_the_gpus_with_the_most_free_memory(
    monkeypatch: pytest.MonkeyPatch, count: int, chosen: str | None
) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(gpus, "free_memory_by_uuid", lambda: {"aa": 1, "bb": 3, "cc": 2})
    assert gpus.emptiest(count) == chosen
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    assert gpus.emptiest(count) is None


@pytest.mark.gpu
def test_a_real_gpu_is_tried_and_taken() -> None:
    working, _ = survey_devices()
    assert working[0].name.startswith("cuda:")
    assert choose_device().type == "cuda"
    assert set(free_memory_by_uuid()) >= {gpu.uuid for gpu in gpus.list_gpus(torch)}
