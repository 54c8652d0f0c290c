"""Sliced products against plain ones."""

from __future__ import annotations

import pytest
import torch

from engine.models.gpt.decode.sliced_matrix import Product, pad_to_slices, slice_matrix

WIDTH_IN, WIDTH_OUT = 10, 12


@pytest.mark.parametrize("slices", [1, 2, 3, 5])
@pytest.mark.parametrize("vectors", [1, 4])
@pytest.mark.parametrize("has_bias", [False, True])
def test_a_product_is_written_or_added(slices: int, vectors: int, has_bias: bool) -> None:
    weight, bias = torch.randn(WIDTH_OUT, WIDTH_IN), torch.randn(WIDTH_OUT) if has_bias else None
    inputs, outputs = torch.randn(vectors, WIDTH_IN), torch.randn(vectors, WIDTH_OUT)
    expected = torch.nn.functional.linear(inputs, weight, bias)
    matrix = slice_matrix(weight, bias, slices)
    product = Product(matrix, inputs, outputs)
    product.write()
    torch.testing.assert_close(outputs, expected)
    product.add()
    torch.testing.assert_close(outputs, 2 * expected)
    torch.testing.assert_close(matrix.multiply(inputs), expected)


@pytest.mark.parametrize("slices", [1, 2, 3, 5])
def test_a_padded_matrix_has_all_its_slices(slices: int) -> None:
    weight = torch.randn(7, WIDTH_IN)
    padded = slice_matrix(pad_to_slices(weight, slices), None, slices)
    assert len(padded.slices) == slices
    inputs = torch.randn(1, WIDTH_IN)
    torch.testing.assert_close(padded.multiply(inputs)[:, :7], inputs @ weight.T)
