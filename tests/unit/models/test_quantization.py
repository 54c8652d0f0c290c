"""Rounding of weights: how far from what was there, and against ggml's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import MisuseError
from engine.models.family import WEIGHT_FORMATS
from engine.models.gpt.family import GPTConfig
from engine.models.ngram.family import NgramConfig
from engine.models.quantization import GROUP, quantize_groups, rounded, weight_bytes
from engine.models.registry import family_of
from tests.unit.models.shapes import CONTEXT, VOCABULARY, gpt

if TYPE_CHECKING:
    from torch import Tensor

    from engine.models.family import WeightFormat

formats = pytest.mark.parametrize("weights", WEIGHT_FORMATS)


@st.composite
def matrices(draw: st.DrawFn) -> Tensor:
    """Normal numbers of any scale, some of them zero, as may be all of a row."""
    rows, columns, scale = (
        draw(st.integers(1, 20)),
        draw(st.integers(1, 70)),
        draw(st.sampled_from([1e-4, 1, 99])),
    )
    generator = torch.Generator().manual_seed(draw(st.integers(0, 2**32)))
    values = torch.randn(rows, columns, generator=generator) * scale
    zeros = torch.rand(rows, columns, generator=generator) < draw(st.sampled_from([0, 0.5, 1]))
    return values.masked_fill(zeros, 0)


@given(matrix=matrices(), weights=st.sampled_from(WEIGHT_FORMATS))
def test_rounding_twice_is_as_once(weights: WeightFormat, matrix: Tensor) -> None:
    once = rounded(matrix, weights)
    assert once.shape == matrix.shape
    torch.testing.assert_close(rounded(once, weights), once, atol=0, rtol=1e-6)


@given(values=matrices())
def test_the_nearest_value_is_taken(values: Tensor) -> None:
    largest = values.abs().amax(1, keepdim=True)
    bounds = {"bf16": values.abs() / 256, "int8": largest / 254, "int4": largest / 8}
    for weights, bound in bounds.items():
        error = (rounded(values, weights) - values).abs()
        assert (error <= bound * 1.001).all(), weights


def test_int4_is_q4_0_of_ggml() -> None:
    gguf = pytest.importorskip("gguf")
    matrix = torch.randn(5, 3 * GROUP, generator=torch.Generator().manual_seed(0))
    kind = gguf.GGMLQuantizationType.Q4_0
    theirs = gguf.quants.dequantize(gguf.quants.quantize(matrix.numpy(), kind), kind)
    scales = quantize_groups(matrix)[1].abs().repeat_interleave(GROUP, 1)
    # Its scales have 16 bits, which moves a few numbers from one side of a half to the other.
    differences = (rounded(matrix, "int4") - torch.from_numpy(theirs)).abs() / scales
    assert (differences < 0.01).float().mean() > 0.97
    assert (differences < 1.01).all()


@formats
def test_tied_matrices_stay_tied_and_vectors_as_they_are(weights: WeightFormat) -> None:
    model = gpt(GPTConfig(layers=1, width=32, heads=2, context_length=CONTEXT))
    norm = model.network.model.norm.weight.clone()
    model.prepare_inference(weights)
    assert model.network.lm_head.weight is model.network.model.embed_tokens.weight
    assert torch.equal(model.network.model.norm.weight, norm)


def test_bytes_are_those_of_numbers_and_scales() -> None:
    network = torch.nn.Linear(GROUP + 1, 3)
    weights, bias = 3 * (GROUP + 1), 3 * 4
    assert weight_bytes(network, "fp32") == 4 * weights + bias
    assert weight_bytes(network, "bf16") == 2 * weights + bias
    assert weight_bytes(network, "int8") == weights + 3 * 4 + bias
    assert weight_bytes(network, "int4") == 3 * 2 * (GROUP // 2 + 4) + bias


def test_counts_have_no_weights_to_round() -> None:
    config = NgramConfig(order=2)
    model = family_of(config).build(np.array([0, 1, 0, 2]), config, VOCABULARY, 0)
    model.prepare_inference("fp32")
    with pytest.raises(MisuseError, match="--weights int8 is for networks"):
        model.prepare_inference("int8")
