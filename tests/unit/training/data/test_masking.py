"""The masks of a batch: their fractions, and their dependence on seed and step alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.tokenizers.byte import ByteTokenizer
from engine.tokenizers.interface import MASK
from engine.training.data.batches import IGNORED, StreamBatches
from engine.training.data.documents import DocumentBatches
from engine.training.data.masking import MaskedBatches

TOKENIZER = ByteTokenizer().with_special_tokens([MASK])
MASK_ID, END = TOKENIZER.special_tokens[MASK], TOKENIZER.end_of_text
CONTEXT, ROWS = 32, 8


def text(tokens: int) -> np.ndarray:
    ids = np.random.default_rng(0).integers(0, 256, tokens)
    ids[::41] = END
    return ids


def stream(seed: int = 1) -> MaskedBatches:
    return MaskedBatches(StreamBatches(text(5000), CONTEXT, ROWS, seed), TOKENIZER, seed)


def test_fifteen_percent_are_chosen_and_of_these_eighty_are_masked_ten_replaced_and_ten_kept() -> None:
    windows = StreamBatches(text(40_000), 256, 64, 5)
    inputs, targets = MaskedBatches(windows, TOKENIZER, 5).at(3)
    tokens, _ = windows.at(3)
    chosen = targets != IGNORED
    # 16,384 tokens and 2,400 chosen ones: four standard deviations are 0.011, and of a kind 0.033 and 0.025.
    assert chosen[tokens != END].mean() == pytest.approx(0.15, abs=0.011)
    assert (inputs[chosen] == MASK_ID).mean() == pytest.approx(0.8, abs=0.033)
    kept = inputs[chosen] == tokens[chosen]
    assert kept.mean() == pytest.approx(0.1, abs=0.025)
    assert (~kept & (inputs[chosen] != MASK_ID)).mean() == pytest.approx(0.1, abs=0.025)
    np.testing.assert_array_equal(targets[chosen], tokens[chosen])
    np.testing.assert_array_equal(inputs[~chosen], tokens[~chosen])


@given(seed=st.integers(0, 2**62), step=st.integers(0, 2**40), world=st.sampled_from([1, 2, 4, 8]))
def test_a_batch_depends_on_seed_and_step_alone_and_processes_share_it(
    seed: int, step: int, world: int
) -> None:
    inputs, targets = stream(seed).at(step)
    parts = [stream(seed).at(step, rank, world) for rank in range(world)]
    np.testing.assert_array_equal(np.concatenate([part for part, _ in parts]), inputs)
    np.testing.assert_array_equal(np.concatenate([part for _, part in parts]), targets)
    assert ((inputs == END) <= (targets == IGNORED)).all()
    assert END not in targets
    assert MASK_ID not in targets


def test_steps_and_seeds_have_masks_of_their_own() -> None:
    masks = [stream(seed).at(step)[1] != IGNORED for seed, step in ((1, 0), (1, 1), (2, 0))]
    assert all((one != other).any() for one, other in zip(masks, masks[1:] + masks[:1], strict=True))


def test_what_fills_up_a_window_of_documents_is_never_predicted() -> None:
    documents = np.array([*([7] * 5), END] * 9)
    batches = MaskedBatches(DocumentBatches(documents, 8, 3, 1, END), TOKENIZER, 1)
    assert batches.holds_documents
    targets = np.concatenate([batches.at(step)[1] for step in range(30)])
    assert set(np.unique(targets)) == {7, IGNORED}
    assert (targets[:, 0] == IGNORED).all()  # end-of-text
    assert (targets[:, 6:] == IGNORED).all()
