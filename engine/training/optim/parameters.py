"""Kinds of parameters, by which optimizers treat them differently."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn


@dataclass(frozen=True)
class ParameterKinds:
    """The parameters of a network, each in one of three lists."""

    matrices: list[nn.Parameter]
    """Inside the network; they decay."""
    embeddings: list[nn.Parameter]
    """And the output matrix, tied or not; they decay, and are not for Muon (Jordan et al. 2024)."""
    vectors: list[nn.Parameter]
    """Gains, biases, and tensors of more than two dimensions; they do not decay."""


def parameter_kinds(network: nn.Module) -> ParameterKinds:
    outer = {module.weight for module in network.modules() if isinstance(module, nn.Embedding)} | {
        module.weight for name, module in network.named_modules() if name in ("lm_head", "output")
    }
    kinds = ParameterKinds([], [], [])
    for parameter in network.parameters():
        if parameter in outer:
            kinds.embeddings.append(parameter)
        elif parameter.dim() == 2:
            kinds.matrices.append(parameter)
        else:
            kinds.vectors.append(parameter)
    return kinds
