"""Devices: CUDA, MPS, CPU, and the best dtype on each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import torch

from engine.errors import MisuseError
from engine.machine import gpus
from engine.machine.capacity import (
    available_cores,
    available_memory_bytes,
    memory_bytes,
    peak_resident_bytes,
)

if TYPE_CHECKING:
    from collections.abc import Callable

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
    """True when the processor multiplies bfloat16 matrices in hardware."""
    compute_capability: str | None = None


def survey_devices() -> tuple[list[DeviceInfo], dict[str, str]]:
    """Every device that works, the best first, and those that do not, each with the reason.

    It tries all of them, which takes some of their memory until this process ends.
    """
    working: list[DeviceInfo] = []
    broken: dict[str, str] = {}
    for gpu in gpus.by_free_memory(gpus.list_gpus(torch), gpus.free_memory_by_uuid()):
        if problem := gpus.problem_of(torch, gpu.name, _trial_dtype(gpu)):
            broken[gpus.describe(gpu)] = problem
            continue
        capability = "{}.{}".format(*gpu.compute_capability)
        working.append(DeviceInfo(gpu.name, gpu.kind, gpu.memory_bytes, gpu.has_bf16, capability))
    if problem := gpus.problem_of_cuda(torch):
        broken["the NVIDIA GPU"] = problem
    if torch.backends.mps.is_available():
        if problem := gpus.problem_of(torch, "mps", torch.float32):
            broken["mps"] = problem
        else:
            working.append(DeviceInfo("mps", "Apple GPU", memory_bytes(), bf16=False))
    working.append(DeviceInfo("cpu", f"{available_cores()} cores", memory_bytes(), bf16=cpu_has_bf16()))
    return working, broken


def gpu_count() -> int:
    """GPUs that torch sees; none of them is tried."""
    return len(gpus.list_gpus(torch))


def choose_device(name: str = "auto", notify: Callable[[str], None] = lambda message: None) -> torch.device:
    """The device by its name; auto takes the best that works: of several GPUs the one with the most free memory.

    `notify` receives which GPUs auto passed over, and why. Raises MisuseError when a named device does not work.
    """
    if name == "auto":
        return torch.device(_choose_best(notify))
    if not re.fullmatch(r"cpu|mps|cuda(:\d+)?", name):
        raise MisuseError(f"there is no device {name!r}; choose auto, cpu, cuda, cuda:1 or mps")
    found = {gpu.name: gpu for gpu in gpus.list_gpus(torch)}
    there = [*found, *(["mps"] if torch.backends.mps.is_available() else []), "cpu"]
    wanted = "cuda:0" if name == "cuda" else name
    if wanted not in there:
        why = gpus.problem_of_cuda(torch) if wanted.startswith("cuda") else None
        because = f": {why}" if why else ""
        raise MisuseError(f"the device {name} is not there{because}; here {', '.join(there)} can be used")
    if wanted in found and (problem := gpus.problem_of(torch, wanted, _trial_dtype(found[wanted]))):
        raise MisuseError(f"{gpus.describe(found[wanted])} cannot be used: {problem}")
    return torch.device(wanted)


def _choose_best(notify: Callable[[str], None]) -> str:
    found = gpus.list_gpus(torch)
    free = gpus.free_memory_by_uuid() if len(found) > 1 else {}
    for gpu in gpus.by_free_memory(found, free):
        if (problem := gpus.problem_of(torch, gpu.name, _trial_dtype(gpu))) is None:
            return gpu.name
        notify(f"{gpus.describe(gpu)} is not used: {problem}")
    if torch.version.cuda and (problem := gpus.problem_of_cuda(torch)):
        notify(f"no GPU is used: {problem}")
    if torch.backends.mps.is_available():
        if (problem := gpus.problem_of(torch, "mps", torch.float32)) is None:
            return "mps"
        notify(f"mps is not used: {problem}")
    return "cpu"


def _trial_dtype(gpu: gpus.Gpu) -> torch.dtype:
    """Default dtype of the matrix products in training."""
    return torch.bfloat16 if gpu.has_bf16 else torch.float16


def cpu_has_bf16() -> bool:
    """AVX512-BF16 or AMX. Whether it is faster for a model of some size is for a probe to say."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def device_has_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device)[0] >= 8
    return device.type == "cpu" and cpu_has_bf16()


def use_cores(threads: int | None, processes: int = 1) -> int:
    """Set and return the number of CPU threads of this process; None: its part of the cores."""
    chosen = threads or max(1, available_cores() // processes)
    torch.set_num_threads(chosen)
    return chosen


def use_tensor_cores() -> None:
    """TF32 for what stays in fp32 on CUDA: a third of the mantissa for products, many times the speed."""
    if torch.cuda.is_available():
        torch.set_float32_matmul_precision("high")


def free_memory_bytes(device: torch.device) -> int:
    """Free memory of the device, in bytes."""
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
    """Return the dtypes to choose from by measurement, the default first. Raises as `choose_precision`."""
    plain = choose_precision(device, wanted)
    if wanted == "auto" and device.type == "cpu" and cpu_has_bf16():
        return plain, "bf16"
    return (plain,)


def choose_precision(device: torch.device, wanted: Literal["auto", "fp32", "bf16", "fp16"]) -> Precision:
    """Return the dtype of the matrix products.

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
