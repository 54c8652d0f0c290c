"""Bits of a text beside its tokens: the spelling of unknown ones, and what the tokenizer loses.

A model predicts tokens. Where many texts have the same tokens, predicting these is not yet predicting the text: of
two unknown words a model knows no more than that each is unknown, and of lower-cased words nothing but small letters.
So the bits that tell such texts apart are added to the model's own. Then 2^-bits, summed over all texts, is at most 1
for every tokenizer (Kraft's inequality), and no model gains by what it cannot spell.

- An unknown token costs its UTF-8 bytes and their end, as predicted by a byte 5-gram with interpolated Kneser-Ney
  smoothing (Chen & Goodman 1999) that has read the entries of the vocabulary, each once. It follows from the
  tokenizer alone and gives every string of bytes a probability.
- Case and spacing, which `word` loses, are coded by `engine.tokenizers.case_and_spacing`.
- For what other tokenizers lose (Unicode normalization) no code is known. It is left out, and the figure is marked.

Of the last tenth of Alice, with the words of the rest known: 27 to 29 bits for an unknown word, 8 for each letter of
a random one, 0.22 bits per byte for case and spacing.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engine.corpora.chunking import cut_pieces
from engine.corpora.split import divide, split_documents
from engine.errors import UnreadableError
from engine.files.checksums import read_checked, write_checked
from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from engine.corpora.corpus import Corpus
    from engine.corpora.tokenized import TokenizedCorpus
    from engine.tokenizers.interface import Tokenizer

SPELLING = NgramConfig(order=5, smoothing="kneser-ney", discounts=((0.5, 1.0, 1.5),))
"""The discounts are fixed: estimated from few words, they might leave nothing for what was never seen."""

CODE_VERSION = 1
"""In the name of what is kept beside the tokens, so that other code lengths are reckoned anew."""

END = 256
"""The id behind the bytes of a piece."""


class SideInformation(msgspec.Struct, frozen=True, kw_only=True):
    """Of a text, whatever the model."""

    unknown: int = 0
    """Unknown tokens."""
    spelling_bits: float = 0.0
    restoring_bits: float | None = 0.0
    """Of what the tokenizer loses; None where it loses something and no code is known for it."""
    lossless: bool = True
    """True if the ids, with unknown pieces spelled, decode to the text."""

    @property
    def bits(self) -> float:
        return self.spelling_bits + (self.restoring_bits or 0.0)


NOTHING = SideInformation()


def side_information(tokenizer: Tokenizer, texts: Iterable[str]) -> SideInformation:
    """Of texts, or pieces of them, that are tokenized one by one."""
    if tokenizer.keeps_every_text:
        return NOTHING
    code = tokenizer.side_code()
    unknown: Counter[bytes] = Counter()
    restoring_bits = 0.0
    lossless = True
    for text in texts:
        unknown.update(tokenizer.unknown_pieces(text))
        restoring_bits += code.bits(text) if code else 0.0
        lossless = lossless and tokenizer.restores(text)
    return SideInformation(
        unknown=unknown.total(),
        spelling_bits=spelling_bits(tokenizer, unknown),
        restoring_bits=restoring_bits if code or lossless else None,
        lossless=lossless,
    )


def held_out_side_information(
    corpus: Corpus, tokenizer: Tokenizer, tokens: TokenizedCorpus, validation_fraction: float
) -> SideInformation:
    """Of the text that became `tokens.validation`; kept beside it, as a large corpus takes long to read."""
    if tokenizer.keeps_every_text or not len(tokens.validation):
        return NOTHING
    path = tokens.folder / f"side-information-{CODE_VERSION}.json"
    try:
        return read_checked(path, SideInformation)
    except UnreadableError:
        pass
    split = split_documents(corpus.document_characters, corpus.document_bytes, validation_fraction)
    held_out = (piece for part, piece in divide(corpus.pieces(), split) if part == "validation")
    found = side_information(tokenizer, (piece.text for piece in cut_pieces(held_out)))
    corpus.check_unchanged()
    write_checked(path, found)
    return found


def spelling_bits(tokenizer: Tokenizer, pieces: Mapping[bytes, int]) -> float:
    """Code length of pieces that are not in the vocabulary, each as often as it is counted."""
    if not pieces:
        return 0.0
    log_p = _spelling_model(tokenizer).log_probabilities(np.concatenate([[END], _closed(list(pieces))]))
    starts = np.cumsum([0, *(len(piece) + 1 for piece in pieces)])[:-1]
    bits = np.add.reduceat(log_p, starts) / -math.log(2)
    # Summed exactly, so that the order of the pieces makes no difference.
    return math.fsum(of_one * count for of_one, count in zip(bits.tolist(), pieces.values(), strict=True))


@lru_cache(maxsize=1)
def _spelling_model(tokenizer: Tokenizer) -> NgramModel:
    special = set(tokenizer.special_tokens.values())
    entries = [
        tokenizer.token_bytes(token) for token in range(tokenizer.vocabulary_size) if token not in special
    ]
    return NgramModel.build(_closed(entries or [b""]), SPELLING, END + 1, END)


def _closed(pieces: Sequence[bytes]) -> NDArray[np.int32]:
    """Bytes as ids, with END behind each piece."""
    ids = np.frombuffer(b"".join(piece + b"\0" for piece in pieces), np.uint8).astype(np.int32)
    ids[np.cumsum([len(piece) + 1 for piece in pieces]) - 1] = END
    return ids
