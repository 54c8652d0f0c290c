"""Sliced products against plain ones, whatever the threads are then and later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from engine.models.gpt.decode.sliced_matrix import Product, pad_to_slices, slice_matrix

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH_IN, WIDTH_OUT = 10, 12


@pytest.fixture(params=[1, 2, 3, 5], ids="{} threads".format)
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


@pytest.mark.parametrize("vectors", [1, 4])
@pytest.mark.parametrize("has_bias", [False, True])
def test_a_product_is_written_or_added(threads: int, vectors: int, has_bias: bool) -> None:
    weight, bias = torch.randn(WIDTH_OUT, WIDTH_IN), torch.randn(WIDTH_OUT) if has_bias else None
    inputs, outputs = torch.randn(vectors, WIDTH_IN), torch.randn(vectors, WIDTH_OUT)
    expected = torch.nn.functional.linear(inputs, weight, bias)
    product = Product(slice_matrix(weight, bias), inputs, outputs)
    torch.set_num_threads(1)
    product.write()
    torch.testing.assert_close(outputs, expected)
    product.add()
    torch.testing.assert_close(outputs, 2 * expected)
    torch.testing.assert_close(slice_matrix(weight, bias).multiply(inputs), expected)


def test_a_padded_matrix_has_a_slice_for_each_thread(threads: int) -> None:
    weight = torch.randn(7, WIDTH_IN)
    padded = slice_matrix(pad_to_slices(weight))
    assert len(padded.slices) == threads
    inputs = torch.randn(1, WIDTH_IN)
    torch.testing.assert_close(padded.multiply(inputs)[:, :7], inputs @ weight.T)
