"""Merges as they are learned, against the tokenizer that training makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.loading import settings_from
from engine.errors import MisuseError
from engine.runs.creation import create_run
from engine.studies.merges import ExampleText, study_merges
from engine.tokenizers.bpe.patterns import DEFAULT_PATTERN
from engine.tokenizers.bpe.training import train_bpe
from engine.tokenizers.byte import SINGLE_BYTES
from engine.tokenizers.pieces import shown_bytes
from tests.unit.conftest import TINY

if TYPE_CHECKING:
    from pathlib import Path

    from engine.runs.folder import Run
    from engine.studies.results.merges import Merge

TEXT = "the cat sat on the mat, the hat sat on the cat. naïve 你好 你好"
BPE = train_bpe(lambda: [TEXT], 290, backend="numpy")


def run_of(path: Path, name: str, **changes: object) -> Run:
    path.write_text(TEXT)
    return create_run(settings_from({**TINY, "corpus": {"sources": [str(path)]}, **changes}), name)


def test_merges_are_those_of_the_tokenizer(tmp_path: Path) -> None:
    found: list[Merge] = []
    study_merges(run_of(tmp_path / "text.txt", "cat"), found.append, size=290, text="the naïve cat 你")
    learned = [BPE.token_bytes(token) for token in range(len(SINGLE_BYTES), BPE.end_of_text)]
    assert [merge.number for merge in found] == list(range(1, len(learned) + 1))
    assert [merge.token for merge in found] == list(map(shown_bytes, learned))
    assert all(
        merge.left + merge.right == merge.token for merge in found if "<" not in merge.left + merge.right
    )
    assert (found[0].left, found[0].right, found[0].count) == ("a", "t", TEXT.count("at"))
    last = next(merge.cut for merge in reversed(found) if merge.cut)
    assert last == tuple(shown_bytes(BPE.token_bytes(token)) for token in BPE.encode("the naïve cat 你"))


@given(st.text(alphabet="thecasonm ,.'1你ï\n", max_size=60))
def test_the_example_is_tokenized_as_the_finished_tokenizer_does(text: str) -> None:
    example = ExampleText(text, DEFAULT_PATTERN)
    for token in range(len(SINGLE_BYTES), BPE.end_of_text):
        whole = BPE.token_bytes(token)
        pairs = [(whole[:cut], whole[cut:]) for cut in range(1, len(whole))]
        # The pair that was merged: the cut whose halves are both tokens, learned last of all.
        known = {BPE.token_bytes(other): other for other in range(token)}
        left, right = min(
            (pair for pair in pairs if set(pair) <= known.keys()), key=lambda pair: max(map(known.get, pair))
        )
        example.merge(left, right)
    assert len(example.tokens) == len(BPE.encode(text))


def test_a_run_without_bpe_has_a_default_size_and_a_tiny_one_is_refused(tmp_path: Path) -> None:
    run = run_of(tmp_path / "text.txt", "words", tokenizer="word")
    found: list[Merge] = []
    study_merges(run, found.append)
    assert found[0].of == 1024 - 257
    assert "".join(found[0].cut).startswith("the cat sat on the mat")
    with pytest.raises(MisuseError, match="has no merges"):
        study_merges(run, found.append, size=257)
