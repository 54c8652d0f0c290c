"""Decoding on a CUDA device: CUDA graphs and sampling on the device against the network and the CPU."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
import torch

from engine.inference.generation import Generation
from engine.inference.side_by_side import write_side_by_side
from engine.sampling.config import SamplingConfig
from tests.unit.inference.test_side_by_side import Letters
from tests.unit.models.shapes import CONTEXT, GPT_CONFIGS, VOCABULARY, gpt

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]

PROMPT = [1, 2, 3]
SHAPED = SamplingConfig(temperature=0.9, top_k=20, top_p=0.9, repetition_penalty=1.2, seed=5)


@pytest.mark.parametrize("name", GPT_CONFIGS)
def test_a_cuda_graph_gives_the_logits_of_the_network(name: str) -> None:
    model = gpt(GPT_CONFIGS[name])
    model.network.to("cuda")
    session = model.session()
    ids = torch.randint(VOCABULARY, (CONTEXT,)).tolist()
    with torch.inference_mode():
        expected = model.network(torch.tensor([ids], device="cuda"))[0].cpu().numpy()
    for token, row in zip(ids, expected, strict=True):
        assert np.allclose(session.feed([token]), row, atol=1e-3)


@pytest.mark.parametrize("name", ["qwen3-grouped", "gpt2"])
@pytest.mark.parametrize("config", [SamplingConfig(temperature=0.0), SHAPED])
def test_a_text_longer_than_the_context_is_that_of_the_cpu(name: str, config: SamplingConfig) -> None:
    model = gpt(GPT_CONFIGS[name])
    texts = []
    for device in ("cpu", "cuda"):
        model.network.to(device)
        generation = Generation(model, Letters(), PROMPT, config, tokens=3 * CONTEXT)
        texts.append([token.id for token in generation])
    assert texts[0] == texts[1]


def test_a_batch_of_texts_is_that_of_single_texts() -> None:
    model = gpt(GPT_CONFIGS["qwen3-grouped"])
    model.network.to("cuda")
    seeds = range(8)
    together = list(write_side_by_side(model, Letters(), PROMPT, SHAPED, seeds, tokens=2 * CONTEXT))
    for seed, completion in zip(seeds, together, strict=True):
        seeded = msgspec.structs.replace(SHAPED, seed=seed)
        alone = Generation(model, Letters(), PROMPT, seeded, tokens=2 * CONTEXT)
        assert [token.id for token in completion.tokens] == [token.id for token in alone]
