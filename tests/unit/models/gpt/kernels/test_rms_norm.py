"""RMSNorm and its own backward pass against torch's and autograd."""

import pytest
import torch
import torch.nn.functional as F

from engine.models.gpt.kernels.rms_norm import RMSNorm

WIDTH = 24


def both_ways(x: torch.Tensor) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Our result and gradients, each with torch's."""
    norm = RMSNorm(WIDTH, eps=1e-6)
    torch.nn.init.uniform_(norm.weight, 0.5, 2.0)
    weight = norm.weight.to(x.dtype)
    ours, theirs = norm(x), F.rms_norm(x, (WIDTH,), weight, 1e-6)
    upstream = torch.randn_like(ours)
    inputs = (x, norm.weight)
    gradients = zip(
        torch.autograd.grad(ours, inputs, upstream),
        torch.autograd.grad(theirs, inputs, upstream),
        strict=True,
    )
    return [(ours, theirs), *gradients]


@pytest.mark.parametrize("shape", [(5, WIDTH), (2, 3, 4, WIDTH)])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.bfloat16, 3e-2)])
def test_it_is_torchs_forwards_and_back(shape: tuple[int, ...], dtype: torch.dtype, tolerance: float) -> None:
    torch.manual_seed(0)
    x = torch.randn(shape, dtype=dtype, requires_grad=True)
    for ours, theirs in both_ways(x):
        assert ours.dtype == theirs.dtype
        assert (ours - theirs).abs().max() <= tolerance * theirs.abs().max()


def test_it_takes_parts_of_a_larger_tensor() -> None:
    torch.manual_seed(0)
    x = torch.randn(2, 5, 3 * WIDTH, requires_grad=True)
    for part in x.unflatten(-1, (3, WIDTH)).split(1, 2):
        for ours, theirs in both_ways(part):
            torch.testing.assert_close(ours, theirs)


def test_a_vector_of_nothing_stays_nothing() -> None:
    x = torch.zeros(2, WIDTH, requires_grad=True)
    normed = RMSNorm(WIDTH, eps=1e-6)(x)
    normed.sum().backward()
    assert torch.equal(normed, torch.zeros_like(normed))
    assert x.grad.isfinite().all()
