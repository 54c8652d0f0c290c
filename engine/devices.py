"""What can compute here: CUDA, MPS, CPU; and which number format is best on each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import torch

from engine.errors import MisuseError
from engine.machine import (
    available_cores,
    available_memory_bytes,
    memory_bytes,
    peak_resident_bytes,
)

Precision = Literal["fp32", "bf16", "fp16"]
DTYPES: dict[Precision, torch.dtype] = {
    "fp32": torch.float32,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
}


@dataclass(frozen=True)
class DeviceInfo:
    name: str
    """As --device takes it: cpu, cuda:0, mps."""
    kind: str
    """The model, such as NVIDIA H200."""
    memory_bytes: int
    bf16: bool
    """Whether bfloat16 products run in hardware."""
    compute_capability: str | None = None


def describe_devices() -> list[DeviceInfo]:
    """Every device torch can use, the best first."""
    found: list[DeviceInfo] = []
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            properties = torch.cuda.get_device_properties(index)
            found.append(
                DeviceInfo(
                    name=f"cuda:{index}",
                    kind=properties.name,
                    memory_bytes=properties.total_memory,
                    bf16=properties.major >= 8,
                    compute_capability=f"{properties.major}.{properties.minor}",
                )
            )
    if torch.backends.mps.is_available():
        found.append(DeviceInfo("mps", "Apple GPU", memory_bytes(), bf16=False))
    found.append(DeviceInfo("cpu", f"{available_cores()} cores", memory_bytes(), bf16=cpu_has_bf16()))
    return found


def choose_device(name: str = "auto") -> torch.device:
    """The device by its name; auto takes the best there is.

    Raises MisuseError when it is not there.
    """
    if name == "auto":
        return torch.device(describe_devices()[0].name)
    if not re.fullmatch(r"cpu|mps|cuda(:\d+)?", name):
        raise MisuseError(f"there is no device {name!r}; choose auto, cpu, cuda, cuda:1 or mps")
    there = [device.name for device in describe_devices()]
    wanted = "cuda:0" if name == "cuda" else name
    if wanted not in there:
        raise MisuseError(f"the device {name} is not there; here {', '.join(there)} can be used")
    return torch.device(wanted)


def cpu_has_bf16() -> bool:
    """AVX512-BF16 or AMX. Whether it is faster for a model of some size is for a probe to say."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def device_has_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device)[0] >= 8
    return device.type == "cpu" and cpu_has_bf16()


def use_cores(threads: int | None, processes: int = 1) -> int:
    """Sets the CPU threads of this process; None: its share of the cores. Gives the number."""
    chosen = threads or max(1, available_cores() // processes)
    torch.set_num_threads(chosen)
    return chosen


def use_tensor_cores() -> None:
    """TF32 for what stays in fp32 on CUDA: a third of the mantissa for products, many times the speed."""
    if torch.cuda.is_available():
        torch.set_float32_matmul_precision("high")


def free_memory_bytes(device: torch.device) -> int:
    """What can be taken of the device's memory now."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    return available_memory_bytes()


def peak_memory_bytes(device: torch.device) -> int:
    """The most this process ever held: on the GPU, or, where the CPU computes, altogether."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return peak_resident_bytes()


def precision_candidates(
    device: torch.device, wanted: Literal["auto", "fp32", "bf16", "fp16"]
) -> tuple[Precision, ...]:
    """The number formats to choose from by measuring: the plain choice first. Raises as `choose_precision`."""
    plain = choose_precision(device, wanted)
    if wanted == "auto" and device.type == "cpu" and cpu_has_bf16():
        return plain, "bf16"
    return (plain,)


def choose_precision(device: torch.device, wanted: Literal["auto", "fp32", "bf16", "fp16"]) -> Precision:
    """The number format of the matrix products.

    auto: bf16 on CUDA from compute capability 8.0 on, fp16 with scaled gradients on older CUDA, else fp32
    (where a CPU has bf16, training measures whether it is faster).
    Raises MisuseError when the device has no such format.
    """
    if wanted == "auto":
        if device.type != "cuda":
            return "fp32"
        return "bf16" if device_has_bf16(device) else "fp16"
    if wanted == "fp16" and device.type != "cuda":
        raise MisuseError(f"training.precision fp16 is for CUDA; on {device.type} choose fp32 or auto")
    if wanted == "bf16" and not device_has_bf16(device):
        raise MisuseError(f"{device} has no bf16 in hardware; set training.precision to fp32 or auto")
    return wanted
