"""Masks are filled in, the most certain first, with tokens that texts have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.errors import MisuseError
from engine.inference.filling import encode_masked, fill, token_texts
from engine.tokenizers import build_tokenizer
from engine.tokenizers.interface import MASK
from tests.unit.inference.fakes import MarkovModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

TEXT = "the cat ran home and the dog ran home and the cat sat "
CHARACTERS = build_tokenizer("char", lambda: ["abc "]).with_special_tokens([MASK])
MASK_ID = CHARACTERS.special_tokens[MASK]


class Neighbors(MarkovModel):
    """Probabilities at a position follow from the token on its left, and no end-of-text or mask may be filled in."""

    is_causal = False

    def masked_log_probabilities(self, ids: Sequence[int], positions: Sequence[int]) -> NDArray[np.float64]:
        rows = self.scores[[ids[position - 1] for position in positions]]
        return rows - np.logaddexp.reduce(rows, axis=1, keepdims=True)


def neighbors(*, context_length: int | None = None) -> Neighbors:
    """After a comes b with certainty, after b comes c; after anything else a is the most probable by little."""
    a, b, c, end = (*(CHARACTERS.encode(letter)[0] for letter in "abc"), CHARACTERS.end_of_text)
    scores = np.zeros((CHARACTERS.vocabulary_size,) * 2)
    scores[:, a], scores[a, b], scores[b, c] = 1.0, 9.0, 9.0
    scores[:, end] = scores[:, MASK_ID] = 20.0
    return Neighbors(scores, context_length)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("a[mask]", "ab"),
        ("a[MASK][mask]", "abc"),
        ("[mask]", "a"),
        ("[mask][mask][mask]c", "abcc"),
        ("c[mask] a[Mask]c", "ca abc"),
    ],
)
def test_each_mask_takes_the_most_probable_token_given_those_before_it(text: str, filled: str) -> None:
    found = fill(neighbors(), CHARACTERS, text)
    assert found.text == filled
    assert len(found.masks) == text.lower().count("[mask]")
    assert all(found.ids[index] == mask.id for index, mask in found.masks.items())
    assert "".join(token_texts(CHARACTERS, found.ids)) == filled


def test_the_most_certain_mask_comes_first_and_is_seen_by_the_others() -> None:
    found = fill(neighbors(), CHARACTERS, "[mask] a[mask]", alternatives=2)
    first, second = found.masks.values()
    assert second.probability > 0.99 > first.probability
    assert [CHARACTERS.token_text(other.id) for other in second.alternatives] == ["b", "a"]
    assert first.rank == second.rank == 1
    assert sum(other.probability for other in second.alternatives) <= 1
    # With special tokens excluded: e^1 beside five others of e^0, <unk> and four characters without a.
    others = CHARACTERS.vocabulary_size - len(CHARACTERS.special_tokens) - 1
    assert first.probability == pytest.approx(np.e / (np.e + others))


def test_ids_to_begin_with_replace_those_of_the_text() -> None:
    found = fill(neighbors(), CHARACTERS, "a[mask][mask]", begin=CHARACTERS.encode("ac"))
    assert found.text == "aca"
    assert list(found.masks) == [2]
    assert fill(neighbors(), CHARACTERS, "a[mask]", begin=CHARACTERS.encode("ac")).masks == {}


def test_a_masked_word_has_its_space_in_bpe_and_a_masked_character_has_none() -> None:
    bpe = build_tokenizer("bpe:280", lambda: [TEXT * 9]).with_special_tokens([MASK])
    mask = bpe.special_tokens[MASK]
    words = [*bpe.encode("the"), mask, *bpe.encode(" ran home")]
    assert encode_masked(bpe, "the [mask] ran home") == words
    assert encode_masked(bpe, "[mask] ran") == [mask, *bpe.encode(" ran")]
    assert encode_masked(CHARACTERS, "a [mask]") == [*CHARACTERS.encode("a "), MASK_ID]
    word = build_tokenizer("word", lambda: [TEXT]).with_special_tokens([MASK])
    assert encode_masked(word, "The [mask] ran") == [
        *word.encode("the"), word.special_tokens[MASK], *word.encode("ran")
    ]  # fmt: skip


def test_texts_and_models_that_do_not_fit_are_refused_in_one_sentence() -> None:
    with pytest.raises(MisuseError, match=r"there is no \[mask\] in the text"):
        fill(neighbors(), CHARACTERS, "abc mask")
    with pytest.raises(MisuseError, match="has 4 tokens with"):
        fill(neighbors(context_length=3), CHARACTERS, "ab[mask]")
    causal = MarkovModel(np.zeros((9, 9)))
    with pytest.raises(MisuseError, match="lilm train --set training"):
        fill(causal, CHARACTERS, "a[mask]")
    with pytest.raises(MisuseError, match="lilm train --set training"):
        causal.masked_log_probabilities([0], [0])
    assert (
        "one token of the prompt is not in the vocabulary" in fill(neighbors(), CHARACTERS, "z[mask]").notice
    )
