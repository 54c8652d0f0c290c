"""A network over several processes: a whole copy on each, or its parameters spread over them.

The copies are torch's DistributedDataParallel, the spreading its `fully_shard` (FSDP2; Zhao et al. 2023). A
checkpoint knows nothing of either: tensors are gathered before they are written and spread after they are read.
"""

from __future__ import annotations

import copy
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.training.distributed.processes import Processes


def replicate(network: nn.Module, processes: Processes) -> nn.Module:
    """Return the module to call in training, which averages gradients over all processes."""
    if not processes.are_several:
        return network
    devices = [processes.local_rank] if next(network.parameters()).is_cuda else None
    return nn.parallel.DistributedDataParallel(network, device_ids=devices, gradient_as_bucket_view=True)


def shard(network: nn.Module, processes: Processes) -> nn.Module:
    """A copy of the network whose parameters are spread: layer by layer, then what is left."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    mesh = init_device_mesh(next(network.parameters()).device.type, (processes.world,))
    sharded = copy.deepcopy(network)
    for part in list(sharded.modules()):
        if isinstance(part, nn.ModuleList):
            for layer in part:
                fully_shard(layer, mesh=mesh)
    fully_shard(sharded, mesh=mesh)
    return sharded


def without_exchange(module: nn.Module) -> AbstractContextManager[Any]:
    """Inside, gradients only add up; for all micro-batches but the last.

    A spread network exchanges at each of them: it is spread because whole gradients would not fit.
    """
    if isinstance(module, nn.parallel.DistributedDataParallel):
        return module.no_sync()
    return nullcontext()


def whole(tensor: Tensor) -> Tensor:
    """Gathers a spread tensor, in all processes together."""
    return tensor.full_tensor() if hasattr(tensor, "full_tensor") else tensor


def spread_like(tensor: Tensor, parameter: Tensor) -> Tensor:
    """The inverse of `whole`, for a parameter's own tensors: its weights, its optimizer's state."""
    if not hasattr(parameter, "full_tensor") or tensor.shape != parameter.shape:
        return tensor
    from torch.distributed.tensor import DTensor, distribute_tensor

    assert isinstance(parameter, DTensor)
    return distribute_tensor(tensor.to(parameter.device), parameter.device_mesh, parameter.placements)


def copy_all(values: Sequence[Tensor], into: Sequence[Tensor]) -> None:
    """Between tensors that are spread alike, or whole."""
    with torch.no_grad():
        torch._foreach_copy_([own_part(tensor) for tensor in into], [own_part(tensor) for tensor in values])


def own_part(tensor: Tensor) -> Tensor:
    """This process's part of a spread tensor, on which whatever works element by element can work."""
    return tensor.to_local() if hasattr(tensor, "to_local") else tensor


def gather_weights(values: list[Tensor], into: nn.Module) -> None:
    """Fills a whole network, in all processes together, with spread values in the order of its parameters."""
    with torch.no_grad():
        for target, value in zip(into.parameters(), values, strict=True):
            target.copy_(whole(value))


def spread_weights(values: list[Tensor], into: nn.Module) -> None:
    """Fills a spread network with whole values in the order of its parameters."""
    with torch.no_grad():
        for target, value in zip(into.parameters(), values, strict=True):
            target.copy_(spread_like(value.detach(), target))
