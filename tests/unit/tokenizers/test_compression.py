"""Bytes per token, by vocabulary size too."""

from __future__ import annotations

from engine.tokenizers import build_tokenizer
from engine.tokenizers.bpe.training import train_bpe
from engine.tokenizers.compression import bytes_per_token, bytes_per_token_by_size
from tests.unit.tokenizers.texts import invented_prose

PROSE = invented_prose(2000, seed=13)


def test_bytes_per_token_counts_utf8() -> None:
    assert bytes_per_token(build_tokenizer("char", lambda: ["né"]), "nén") == 4 / 3
    assert bytes_per_token(build_tokenizer("byte", list), "nén") == 1
    assert bytes_per_token(build_tokenizer("byte", list), "") == 0


def test_the_beginnings_of_a_vocabulary_are_the_smaller_vocabularies() -> None:
    tokenizer = train_bpe(lambda: [PROSE], 600)
    by_size = bytes_per_token_by_size(tokenizer, PROSE, [100, 257, 300, 600, 1000])
    assert [size for size, _ in by_size] == [257, 300, 600]
    for size, measured in by_size:
        assert measured == bytes_per_token(train_bpe(lambda: [PROSE], size), PROSE)
    assert by_size[0][1] == 1 < by_size[1][1] < by_size[2][1]
