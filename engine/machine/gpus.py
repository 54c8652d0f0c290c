"""GPUs that can be used. Each is tried with one small product, since a card that is listed may still refuse.

Functions take torch as an argument, so that tests can pass a module that behaves as broken machines do. A product
makes a context, which holds a few hundred MB of the GPU's memory, so only a GPU that is about to be used is tried.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.formatting import size
from engine.sanitize import single_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SIDE = 16
"""Of the square matrices of a trial."""
QUERY_SECONDS = 10.0
DRIVER = Path("/proc/driver/nvidia/version")
LONGEST_REASON = 200


@dataclass(frozen=True)
class Gpu:
    index: int
    kind: str
    memory_bytes: int
    compute_capability: tuple[int, int]
    uuid: str = ""

    @property
    def name(self) -> str:
        """As --device takes it."""
        return f"cuda:{self.index}"

    @property
    def has_bf16(self) -> bool:
        """Products of bfloat16 in hardware, from compute capability 8.0 on."""
        return self.compute_capability >= (8, 0)


def may_choose_gpu(device: str) -> bool:
    """True if a device of this name may turn out to be a GPU; without loading torch, which takes a second."""
    return device != "cpu" and (device != "auto" or DRIVER.exists() or sys.platform == "darwin")


def list_gpus(torch: Any) -> list[Gpu]:
    """All that torch sees, tried or not; makes no context."""
    if not torch.cuda.is_available():
        return []
    found = []
    for index in range(torch.cuda.device_count()):
        facts = torch.cuda.get_device_properties(index)
        capability = (facts.major, facts.minor)
        uuid = str(getattr(facts, "uuid", ""))
        found.append(Gpu(index, facts.name, facts.total_memory, capability, uuid))
    return found


def by_free_memory(gpus: Iterable[Gpu], free: Mapping[str, int]) -> list[Gpu]:
    """The GPU with the most free memory first; equal or unknown ones in torch's order."""
    return sorted(gpus, key=lambda gpu: -free.get(gpu.uuid, 0))


def free_memory_by_uuid() -> dict[str, int]:
    """Bytes that are free on each GPU, as the driver's own tool reports them; {} where it is absent.

    torch's own question would make a context on each.
    """
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return {}
    query = [tool, "--query-gpu=uuid,memory.free", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(query, capture_output=True, text=True, timeout=QUERY_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return {}
    lines = re.findall(r"^(?:GPU-)?([0-9A-Fa-f-]+),\s*(\d+)$", done.stdout, re.MULTILINE)
    return {uuid: int(mebibytes) << 20 for uuid, mebibytes in lines}


def emptiest(count: int) -> str | None:
    """Return CUDA_VISIBLE_DEVICES for the `count` GPUs with the most free memory, the first one first.

    None where there is no choice: the variable is set already, or there are no more GPUs than that.
    """
    free = {} if "CUDA_VISIBLE_DEVICES" in os.environ else free_memory_by_uuid()
    if len(free) <= count:
        return None
    return ",".join(f"GPU-{uuid}" for uuid in sorted(free, key=lambda uuid: -free[uuid])[:count])


def problem_of(torch: Any, device: str, dtype: Any) -> str | None:
    """Return the reason why a product of two small matrices fails on the device; None where it works."""
    try:
        square = torch.ones(SIDE, SIDE, device=device, dtype=dtype)
        total = float((square @ square).sum())
    except (RuntimeError, AssertionError, NotImplementedError, OSError) as error:
        return _in_words(torch, device, str(error))
    return (
        None
        if total == SIDE**3
        else f"it computes {total:g} where {SIDE**3} is right: the card may be broken"
    )


def problem_of_cuda(torch: Any, driver: Path = DRIVER) -> str | None:
    """Return the reason why torch sees no GPU beside NVIDIA's driver; None where it does, or without a driver."""
    if not driver.exists() or torch.cuda.is_available():
        return None
    if torch.version.cuda is None:
        return (
            f"this torch ({torch.__version__}) is built without CUDA; install another as "
            "https://pytorch.org/get-started/locally says"
        )
    try:
        torch.cuda.init()
    except (RuntimeError, AssertionError) as error:
        return _in_words(torch, "cuda:0", str(error))
    return "torch finds none; see what nvidia-smi and CUDA_VISIBLE_DEVICES say"


def _in_words(torch: Any, device: str, error: str) -> str:
    """An error of CUDA as a phrase that says what to do."""
    text = error.lower()
    if "no kernel image" in text or "not compatible with the current pytorch" in text:
        facts = torch.cuda.get_device_properties(device)
        own, compiled = f"sm_{facts.major}{facts.minor}", " ".join(torch.cuda.get_arch_list()) or "none"
        return (
            f"this torch has no code for its architecture {own}, only for {compiled}; install another torch"
        )
    if "driver" in text and ("too old" in text or "insufficient" in text):
        return (
            f"the NVIDIA driver is too old for this torch, which wants CUDA {torch.version.cuda}; update it, or "
            "install torch for an older CUDA"
        )
    if "out of memory" in text:
        return "its memory is full; see with nvidia-smi what holds it"
    if "busy or unavailable" in text or "exclusive" in text:
        return "another process has it to itself (exclusive compute mode); see with nvidia-smi which"
    if "no cuda gpus are available" in text or "no cuda-capable device" in text:
        return (
            "the driver offers no GPU; a container needs --gpus all, and CUDA_VISIBLE_DEVICES may hide them"
        )
    return single_line(error.strip().partition("\n")[0] or "it fails without a reason", LONGEST_REASON)


def describe(gpu: Gpu) -> str:
    """`cuda:1 (NVIDIA H200, 150 GB)`."""
    return f"{gpu.name} ({gpu.kind}, {size(gpu.memory_bytes)})"
