"""Dropout on a CPU: how many elements go, what becomes of the others, and that a seed decides."""

import pytest
import torch

from engine.models.gpt.dropout import LEVELS, drop


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_share_goes_and_the_others_make_up_for_it(share: float, dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    x = torch.ones(301, 333, dtype=dtype, requires_grad=True)  # not a multiple of four
    dropped = drop(x, share)
    gone = dropped == 0
    # Five standard deviations of a binomial share.
    assert gone.double().mean().item() == pytest.approx(
        share, abs=5 * (share * (1 - share) / x.numel()) ** 0.5
    )
    assert torch.allclose(dropped[~gone].float(), torch.tensor(1 / (1 - share)), rtol=1e-2)
    dropped.sum().backward()
    assert torch.equal(x.grad == 0, gone)


def test_neighbours_that_share_a_draw_are_independent() -> None:
    torch.manual_seed(0)
    gone = (drop(torch.ones(200_000), 0.5) == 0).double().view(-1, 4)
    correlations = torch.corrcoef(gone.T) - torch.eye(4)
    assert correlations.abs().max() < 5 / len(gone) ** 0.5


def test_a_seed_decides_and_nothing_is_dropped_by_a_share_of_nothing() -> None:
    x = torch.randn(100)
    torch.manual_seed(3)
    first = drop(x, 0.3)
    torch.manual_seed(3)
    assert torch.equal(drop(x, 0.3), first)
    assert torch.equal(drop(x, 0.0), x)
    assert torch.equal(drop(x, 0.4 / LEVELS), x)
