"""The merges that BPE learns, against a trainer that counts all anew, rustbpe's and Hugging Face's."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.tokenizers.bpe import piece_symbols
from engine.tokenizers.bpe.byte_alphabet import unspell
from engine.tokenizers.bpe.merges import MergeEvent, learn_merges
from engine.tokenizers.bpe.patterns import PATTERNS
from engine.tokenizers.bpe.piece_counts import count_pieces
from tests.unit.tokenizers.bpe.slow_bpe import Merge, slow_merges
from tests.unit.tokenizers.texts import invented_prose

if TYPE_CHECKING:
    from collections.abc import Mapping

few_letters = st.text("abé", min_size=1, max_size=12)
piece_counts = st.dictionaries(few_letters, st.integers(1, 5), max_size=10)


few = st.sampled_from([0, 2, piece_symbols.FEW])
"""Number of positions handled one by one; with 0 all are handled as arrays."""


def fast_merges(
    pieces: Mapping[str, int],
    most: int | None = None,
    maximum_token_length: int | None = None,
    few: int = piece_symbols.FEW,
) -> list[Merge]:
    with patch.object(piece_symbols, "FEW", few):
        merges = list(islice(learn_merges(pieces, maximum_token_length), most))
    return [(merge.left, merge.right, merge.count) for merge in merges]


@given(pieces=piece_counts, few=few)
@example(pieces={"aaaaa": 1, "aaaa": 2, "aaa": 1}, few=0)
@example(pieces={"aaaaa": 1, "aaaa": 2, "aaa": 1}, few=64)
@example(pieces={"abab": 3, "ababab": 1, "ba": 2}, few=2)
def test_merges_are_those_of_counting_all_anew(pieces: dict[str, int], few: int) -> None:
    assert fast_merges(pieces, few=few) == slow_merges(pieces, most=1000)[0]


@given(pieces=piece_counts, longest=st.integers(1, 6))
def test_a_maximum_token_length_holds(pieces: dict[str, int], longest: int) -> None:
    assert fast_merges(pieces, maximum_token_length=longest) == slow_merges(pieces, 1000, longest)[0]


@pytest.mark.parametrize("few", [0, 2, piece_symbols.FEW])
def test_merges_of_prose_are_those_of_counting_all_anew(few: int) -> None:
    pieces = count_pieces([invented_prose(1500, seed=1)], "qwen2")
    merges, ties = slow_merges(pieces, most=150)
    assert ties > 20
    assert fast_merges(pieces, 150, few=few) == merges


def test_the_order_of_pieces_does_not_matter() -> None:
    pieces = count_pieces([invented_prose(2000, seed=2)], "qwen2")
    backwards = dict(reversed(pieces.items()))
    assert fast_merges(backwards) == fast_merges(pieces)


@pytest.mark.parametrize("pieces", [{}, {"a": 9}, {"abcdefg": 1}, {"a": 2, "b": 3}, {"ab": 1, "cd": 1}])
def test_nothing_repeats_nothing_merges(pieces: dict[str, int]) -> None:
    assert fast_merges(pieces) == []


def test_events_name_what_was_merged() -> None:
    assert list(learn_merges({" hug": 3, "gs": 2})) == [
        MergeEvent(index=0, left=32, right=104, new_bytes=b" h", count=3),
        MergeEvent(index=1, left=117, right=103, new_bytes=b"ug", count=3),
        MergeEvent(index=2, left=256, right=257, new_bytes=b" hug", count=3),
        MergeEvent(index=3, left=103, right=115, new_bytes=b"gs", count=2),
    ]


def test_merges_are_hugging_faces_where_no_pairs_tie() -> None:
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    chains = {"abcdefgh": 3, "klmnopq": 5, "rstuvw": 7, "xyzABC": 11}
    words = Counter(
        {
            f" {chain[:length]}": first * 37 ** (len(chain) - length) % 1009 + length
            for chain, first in chains.items()
            for length in range(1, len(chain) + 1)
        }
    )
    text = "".join(word * count for word, count in words.items())
    pieces = count_pieces([text], "qwen2")
    merges, ties = slow_merges(pieces, most=20)
    assert ties == 0
    assert fast_merges(pieces, 20) == merges

    reference = Tokenizer(models.BPE())
    reference.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERNS["qwen2"]), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=256 + 20, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    reference.train_from_iterator([text], trainer)
    theirs = [unspell(reference.id_to_token(token)) for token in range(256, 256 + 20)]
    assert [merge.new_bytes for merge in islice(learn_merges(pieces), 20)] == theirs
