"""Several processes on one run: who they are, and the few numbers that all of them must agree on.

`distributed/supervisor.py` starts them, and passes each its rank as arguments; the same program alone is a
run of one process and talks to nobody. Everything said here is small and goes over gloo between the hosts, so no
process waits for its device; gradients go their own way (nccl between GPUs).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from engine.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import torch

PATIENCE = timedelta(days=1)
"""Timeout of the other processes while the first one evaluates and writes; the supervisor ends them if it dies."""
LOST_CONNECTION = 75
"""Exit code of a process that lost touch with the others; the supervisor records which of them ended, and how."""


@dataclass(frozen=True)
class Processes:
    """All that work on a run, as one of them sees it. The first writes the run directory."""

    rank: int = 0
    world: int = 1
    local_rank: int = 0
    local_world: int = 1
    """Those on this machine."""

    @property
    def is_first(self) -> bool:
        return self.rank == 0

    @property
    def are_several(self) -> bool:
        return self.world > 1

    def numbers_of_first(self, numbers: Sequence[float]) -> list[float]:
        """Broadcast the numbers of the first process. Those of the others only give the count."""
        if not self.are_several:
            return list(numbers)
        import torch
        import torch.distributed as dist

        tensor = torch.tensor(numbers, dtype=torch.float64)
        dist.broadcast(tensor, src=0)
        return [float(number) for number in tensor]

    def bytes_of_first(self, content: bytes) -> bytes:
        """Broadcast the bytes of the first process, of any length."""
        if not self.are_several:
            return content
        import torch
        import torch.distributed as dist

        length = int(self.numbers_of_first([len(content)])[0])
        tensor = torch.zeros(length, dtype=torch.uint8)
        if self.is_first:
            tensor = torch.frombuffer(bytearray(content), dtype=torch.uint8)
        if length:
            dist.broadcast(tensor, src=0)
        return bytes(tensor.tolist())

    def total(self, number: int) -> int:
        """The sum of everybody's numbers."""
        return number if not self.are_several else self._reduce(number, "SUM")

    def least(self, number: int) -> int:
        """The smallest of everybody's numbers."""
        return number if not self.are_several else self._reduce(number, "MIN")

    def wait_for_all(self) -> None:
        self.total(0)

    def _reduce(self, number: int, operation: str) -> int:
        import torch
        import torch.distributed as dist

        tensor = torch.tensor([number], dtype=torch.int64)
        dist.all_reduce(tensor, op=getattr(dist.ReduceOp, operation))
        return int(tensor)


ALONE = Processes()


def join_processes(processes: Processes, rendezvous: str) -> Processes:
    """Meet the other processes of the run and open the connections between them; alone, do nothing.

    Raises as `meet`.
    """
    if not processes.are_several:
        return ALONE
    import torch
    import torch.distributed as dist

    from engine.training.distributed.rendezvous import meet

    store = meet(processes, rendezvous)
    with_gpus = torch.cuda.device_count() >= processes.local_world
    if with_gpus:
        torch.cuda.set_device(processes.local_rank)
    dist.init_process_group(
        "cpu:gloo,cuda:nccl" if with_gpus else "gloo",
        store=store,
        rank=processes.rank,
        world_size=processes.world,
        timeout=PATIENCE,
    )
    return processes


def is_lost_connection(error: BaseException) -> bool:
    """True if another process ended during an exchange, which gloo reports as a plain RuntimeError."""
    return isinstance(error, RuntimeError) and ("gloo" in str(error) or "NCCL" in str(error))


def leave_processes() -> None:
    """Without this, nccl complains at the end."""
    import sys

    if (dist := sys.modules.get("torch.distributed")) is not None and dist.is_initialized():
        dist.destroy_process_group()


def device_of(
    name: str, processes: Processes, notify: Callable[[str], None] = lambda message: None
) -> torch.device:
    """The device of a setting; several processes take a GPU each, or share the CPU.

    `notify` receives the GPUs that do not work. Raises MisuseError when a named device does not.
    """
    import torch

    from engine.machine.devices import choose_device

    if not processes.are_several:
        return choose_device(name, notify)
    if name not in ("auto", "cpu", "cuda"):
        raise MisuseError(f"several processes cannot share the device {name}; leave --device out")
    if name == "cpu" or (name == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    return choose_device(f"cuda:{processes.local_rank}")


def gpu_uuids(device: torch.device, processes: Processes) -> list[str]:
    """Return torch's identifiers of the GPUs of all processes on this machine; none except in the first process."""
    if device.type != "cuda" or not processes.is_first:
        return []
    import torch

    from engine.machine.gpus import list_gpus

    own = torch.cuda.current_device() if device.index is None else device.index
    wanted = range(processes.local_world) if processes.are_several else (own,)
    return [gpu.uuid for gpu in list_gpus(torch) if gpu.index in wanted and gpu.uuid]
