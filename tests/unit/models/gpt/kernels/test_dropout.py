"""Dropout on a CPU: how many elements go, what becomes of the others, and that a seed decides."""

import pytest
import torch

from engine.models.gpt.kernels.dropout import LEVELS, drop


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_share_goes_and_the_others_make_up_for_it(share: float, dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    x = torch.ones(301, 333, dtype=dtype, requires_grad=True)  # not a multiple of eight
    dropped = drop(x, share)
    gone = dropped == 0
    dropped_levels = min(max(1, round(share * LEVELS)), LEVELS - 1)
    rounded = dropped_levels / LEVELS
    # Five standard deviations of a binomial share.
    assert gone.double().mean().item() == pytest.approx(
        rounded, abs=5 * (rounded * (1 - rounded) / x.numel()) ** 0.5
    )
    assert torch.allclose(dropped[~gone].float(), torch.tensor(1 / (1 - rounded)), rtol=1e-2)
    dropped.sum().backward()
    assert torch.equal(x.grad, dropped)


def test_neighbours_that_share_a_draw_are_independent() -> None:
    torch.manual_seed(0)
    gone = (drop(torch.ones(400_000), 0.5) == 0).double().view(-1, 8)
    correlations = torch.corrcoef(gone.T) - torch.eye(8)
    assert correlations.abs().max() < 5 / len(gone) ** 0.5


def test_a_seed_decides_and_nothing_is_dropped_by_a_share_of_nothing() -> None:
    x = torch.randn(100)
    torch.manual_seed(3)
    first = drop(x, 0.3)
    torch.manual_seed(3)
    assert torch.equal(drop(x, 0.3), first)
    assert torch.equal(drop(x, 0.0), x)


def test_a_compiled_graph_draws_anew_for_each_layer_and_remembers_it_for_the_way_back() -> None:
    def two_layers(x: torch.Tensor) -> torch.Tensor:
        return drop(drop(x, 0.5), 0.5)

    x = torch.ones(100_000, requires_grad=True)
    # The whole graph as training has it, but with no compiler of C++ at the end.
    dropped = torch.compile(two_layers, fullgraph=True, backend="aot_eager")(x)
    assert (dropped == 0).double().mean().item() == pytest.approx(0.75, abs=0.01)
    dropped.sum().backward()
    assert torch.equal(x.grad, dropped)
