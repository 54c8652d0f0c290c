"""Our batched Muon against torch's own."""

import pytest
import torch

from engine.training.optim.muon import Muon, orthogonalise

SHAPES = [(16, 16), (16, 48), (48, 16), (16, 16), (64, 16)]


def test_moves_weights_as_torch_does() -> None:
    reference_class = getattr(torch.optim, "Muon", None)
    if reference_class is None:
        pytest.skip("this torch has no Muon of its own")
    torch.manual_seed(0)
    ours = [torch.randn(shape, requires_grad=True) for shape in SHAPES]
    theirs = [matrix.detach().clone().requires_grad_() for matrix in ours]
    optimizer = Muon(ours, lr=0.02, weight_decay=0.1)
    reference = reference_class(theirs, lr=0.02, momentum=0.95, weight_decay=0.1)
    for _ in range(4):
        for mine, other in zip(ours, theirs, strict=True):
            mine.grad = torch.randn_like(mine)
            other.grad = mine.grad.clone()
        optimizer.step()
        reference.step()
    for mine, other in zip(ours, theirs, strict=True):
        # Four steps of 0.02; bfloat16 has eight bits.
        assert (mine - other).abs().max() < 4 * 0.02 * 2**-6


@pytest.mark.parametrize("shape", SHAPES)
def test_orthogonalise_brings_singular_values_near_one(shape: tuple[int, int]) -> None:
    torch.manual_seed(1)
    values = torch.linalg.svdvals(orthogonalise(torch.randn(3, *shape)))
    assert values.min() > 0.3
    assert values.max() < 1.3
