"""A GPT without the causal mask: each token is predicted from both sides, and never from itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
import torch

from engine.errors import MisuseError
from engine.models.gpt.building import load_gpt
from engine.models.gpt.masked import MaskedGPT
from engine.models.windows import Spans
from engine.training.data.held_out import held_out_text
from tests.unit.models.shapes import CONTEXT, GPT_CONFIGS, VOCABULARY, gpt

if TYPE_CHECKING:
    from pathlib import Path

MASK = VOCABULARY - 1
END = VOCABULARY - 2
NAMES = ["qwen3", "qwen3-grouped", "gpt2"]


def masked(name: str) -> MaskedGPT:
    network = gpt(msgspec.structs.replace(GPT_CONFIGS[name], causal=False)).network
    return MaskedGPT(network, VOCABULARY, END)


def score_one_by_one(model: MaskedGPT, document: list[int]) -> list[float]:
    """Terms of the pseudo-log-likelihood of a document (T,) behind END, by a plain loop over its tokens."""
    found = []
    for position in range(1, len(document)):
        window = list(document)
        window[position] = MASK
        begin = min(max(0, position - CONTEXT // 2), max(0, len(document) - CONTEXT))
        seen = torch.tensor([window[begin : begin + CONTEXT]])
        with torch.no_grad():
            log_p = model.network(seen)[0, position - begin].log_softmax(-1)
        found.append(float(log_p[document[position]]))
    return found


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_every_position_depends_on_every_other_and_in_a_causal_model_on_none_after_it(
    name: str, training: bool
) -> None:
    """While the network trains, attention takes another path."""
    ids = torch.randint(0, END, (1, CONTEXT), generator=torch.Generator().manual_seed(1))
    for model, expected in (
        (masked(name), torch.ones(CONTEXT, CONTEXT, dtype=torch.bool)),
        (gpt(GPT_CONFIGS[name]), torch.ones(CONTEXT, CONTEXT, dtype=torch.bool).triu()),
    ):
        changed = torch.zeros(CONTEXT, CONTEXT, dtype=torch.bool)  # (changed input, changed output)
        with torch.set_grad_enabled(training):
            before = model.network(ids)[0]
            for position in range(CONTEXT):
                other = ids.clone()
                other[0, position] = (ids[0, position] + 1) % END
                changed[position] = (model.network(other)[0] - before).abs().amax(-1) > 1e-6
        assert torch.equal(changed, expected)


@pytest.mark.parametrize("name", NAMES)
def test_documents_of_a_window_do_not_see_each_other(name: str) -> None:
    network = masked(name).network
    documents = [[END, *range(5)], [END, 7, MASK, 3], [END, 9, 1, 2]]
    window = torch.tensor([[token for document in documents for token in document]])
    for training in (True, False):
        with torch.set_grad_enabled(training):
            together = network(window, end_of_text=END)[0]
            alone = torch.cat([network(torch.tensor([document]))[0] for document in documents])
            assert torch.allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_the_pseudo_likelihood_is_that_of_a_plain_loop(name: str) -> None:
    """Of short documents together, and of one that is longer than the context."""
    model, generator = masked(name), np.random.default_rng(2)
    documents = [generator.integers(0, END, length).tolist() for length in (3, 1, 7, CONTEXT + 9, 5)]
    held_out = held_out_text(np.array([id for document in documents for id in (*document, END)]), END)
    scored = model.span_log_probabilities(held_out.ids, held_out.spans)
    expected = [
        score for document in documents for score in (*score_one_by_one(model, [END, *document]), 0.0)
    ]
    np.testing.assert_allclose(scored, expected, atol=1e-5)
    np.testing.assert_allclose(
        model.log_probabilities(held_out.ids), expected, atol=1e-5, err_msg="the text as one span"
    )
    one = np.array([len(documents[0]) + 3])
    np.testing.assert_allclose(
        model.span_log_probabilities(held_out.ids, Spans(one - 1, one, one + 1)), expected[one[0] - 1 : one[0]],
        atol=1e-5,
    )  # fmt: skip
    assert not model.network.training


def test_it_continues_no_text() -> None:
    model = masked("qwen3")
    for session in (model.session, lambda: model.batch_session(2)):
        with pytest.raises(
            MisuseError, match="fills in \\[mask\\] in a text and continues none; use lilm fill"
        ):
            session()


@pytest.mark.parametrize(("name", "architecture"), [("qwen3", "Qwen3"), ("gpt2", "GPT2")])
def test_a_checkpoint_opens_here_and_in_transformers(name: str, architecture: str, tmp_path: Path) -> None:
    """Transformers' classes of causal models attend to all tokens where `is_causal` is false."""
    transformers = pytest.importorskip("transformers")
    model = masked(name)
    model.save(tmp_path)
    loaded = load_gpt(tmp_path)
    assert isinstance(loaded, MaskedGPT)
    ids = torch.randint(0, END, (2, CONTEXT))
    ids[:, 4] = MASK
    theirs = transformers.AutoModelForCausalLM.from_pretrained(tmp_path)
    assert type(theirs).__name__.startswith(architecture)
    assert theirs.config.mask_token_id == loaded.mask_token == MASK
    with torch.no_grad():
        expected = model.network(ids)
        assert torch.equal(loaded.network(ids), expected)
        assert torch.allclose(theirs(ids).logits, expected, atol=1e-4)
        changed = ids.clone()
        changed[:, -1] = (ids[:, -1] + 1) % END
        assert not torch.allclose(theirs(changed).logits[:, 0], expected[:, 0], atol=1e-4)
