"""Copies of tensors in large blocks of memory."""

from __future__ import annotations

import ctypes

import torch

from engine.models.gpt.decode.native import arena
from engine.models.gpt.decode.native.arena import Arena


def bytes_at(address: int, tensor: torch.Tensor) -> bytes:
    return ctypes.string_at(address, tensor.numel() * tensor.element_size())


def test_copies_stay_as_they_were_through_several_blocks(monkeypatch) -> None:
    monkeypatch.setattr(arena, "BLOCK", 1 << 10)
    tensors = [torch.randn(n, 7) for n in (1, 5, 30, 100, 2)]
    tensors += [torch.randn(6, 4).T, torch.arange(9, dtype=torch.int32), torch.randn(5).bfloat16()]
    kept, before = Arena(), [tensor.clone() for tensor in tensors]
    addresses = [kept.keep(tensor) for tensor in tensors]
    for tensor in tensors:
        tensor.zero_()
    for address, tensor in zip(addresses, before, strict=True):
        assert address % arena.LINE == 0
        assert bytes_at(address, tensor) == tensor.contiguous().view(torch.uint8).numpy().tobytes()
