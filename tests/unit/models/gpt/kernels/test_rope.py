"""RoPE: products depend on relative positions alone; gradients and dtypes."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.models.gpt.kernels.rope import apply_rope, rope_table

WIDTH = 8


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 20))
def test_a_product_of_query_and_key_depends_on_their_distance_alone(
    first: int, second: int, shift: int
) -> None:
    torch.manual_seed(0)
    heads = torch.randn(2, 1, 1, 1, WIDTH, dtype=torch.float64)
    cosines, sines = rope_table(61, WIDTH, 10_000.0)

    def product(*positions: int) -> torch.Tensor:
        rotated = [
            apply_rope(head, (cosines[[p]].double(), sines[[p]].double()))
            for head, p in zip(heads, positions, strict=True)
        ]
        return (rotated[0] * rotated[1]).sum()

    torch.testing.assert_close(
        product(first, second), product(first + shift, second + shift), atol=1e-5, rtol=1e-5
    )


def test_pairs_are_rotated_by_position_times_frequency() -> None:
    """The formula of the paper by hand: pair i of position p turns by p x base^(-2i/D)."""
    x = torch.randn(1, 5, 2, WIDTH)
    rotated = apply_rope(x, rope_table(5, WIDTH, 100.0))
    half = WIDTH // 2
    angles = torch.arange(5.0)[:, None] * 100.0 ** (-2 * torch.arange(half) / WIDTH)
    pairs = torch.complex(x[..., :half], x[..., half:]) * torch.polar(torch.ones(5, half), angles)[:, None]
    torch.testing.assert_close(rotated, torch.cat((pairs.real, pairs.imag), -1))


def test_the_backward_pass_is_the_derivative() -> None:
    torch.manual_seed(0)
    x = torch.randn(1, 3, 2, WIDTH, dtype=torch.float64, requires_grad=True)
    table = tuple(part.double() for part in rope_table(3, WIDTH, 10_000.0))
    assert torch.autograd.gradcheck(lambda heads: apply_rope(heads, table), x)


def test_the_dtype_is_kept() -> None:
    assert (
        apply_rope(torch.randn(1, 3, 2, WIDTH).bfloat16(), rope_table(3, WIDTH, 10.0)).dtype == torch.bfloat16
    )
