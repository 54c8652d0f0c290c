"""Training of a BPE tokenizer: count the pieces of a corpus, learn merges, report progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain, islice
from typing import TYPE_CHECKING, Literal

from engine.errors import MisuseError
from engine.files.reading import well_formed
from engine.tokenizers.bpe.merges import MergeEvent, learn_merges
from engine.tokenizers.bpe.patterns import DEFAULT_PATTERN, PATTERNS
from engine.tokenizers.bpe.piece_counts import BLOCK_CHARACTERS, CountingProgress, count_pieces
from engine.tokenizers.bpe.tokenizer import BpeTokenizer
from engine.tokenizers.byte import SINGLE_BYTES
from engine.tokenizers.cuts import blocks, without_deserts
from engine.tokenizers.interface import END_OF_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Documents = Callable[[], Iterable[str]]
"""Called for each pass over the documents, so that they need not be held in memory."""

Backend = Literal["numpy", "rustbpe"]


@dataclass(frozen=True)
class MergingFinished:
    """The end of training: merges learned, and merges wanted, which are more where no further pair repeats."""

    merges: int
    wanted: int


TrainingEvent = CountingProgress | MergeEvent | MergingFinished
Listener = Callable[[TrainingEvent], None]


def train_bpe(
    documents: Documents,
    vocabulary_size: int,
    *,
    pattern: str = DEFAULT_PATTERN,
    special_tokens: Sequence[str] = (END_OF_TEXT,),
    maximum_token_length: int | None = None,
    backend: Backend | None = None,
    progress: Listener | None = None,
) -> BpeTokenizer:
    """Train a BPE tokenizer: 256 bytes, the merges learned from the documents, and the special tokens.

    It is smaller than `vocabulary_size` where the documents have too few repeated pairs. Both backends
    learn the same merges. By default rustbpe is used where it is installed and sufficient: it supports neither
    `maximum_token_length` (bytes) nor progress reports.
    Raises MisuseError when the vocabulary cannot hold the bytes and special tokens, or when rustbpe is requested
    and cannot be used.
    """
    names = dict.fromkeys((*special_tokens, END_OF_TEXT))
    wanted = vocabulary_size - len(SINGLE_BYTES) - len(names)
    if wanted < 0:
        raise MisuseError(
            f"a BPE vocabulary of {vocabulary_size} is too small: 256 bytes and {len(names)} special tokens "
            f"need {vocabulary_size - wanted}"
        )
    if backend == "rustbpe" and maximum_token_length is not None:
        raise MisuseError("rustbpe does not support a maximum token length; leave out one of the two")
    if backend is None:
        can_use_rust = progress is None and maximum_token_length is None and find_spec("rustbpe")
        backend = "rustbpe" if can_use_rust else "numpy"
    learned = _learn_with_rustbpe(documents, wanted, pattern) if backend == "rustbpe" else None
    if learned is None:
        learned = _learn(documents, wanted, pattern, maximum_token_length, progress)
    if progress:
        progress(MergingFinished(len(learned), wanted))
    tokens = [*SINGLE_BYTES, *learned]
    return BpeTokenizer(tokens, pattern, {name: len(tokens) + index for index, name in enumerate(names)})


def _learn(
    documents: Documents,
    wanted: int,
    pattern: str,
    maximum_token_length: int | None,
    progress: Listener | None,
) -> list[bytes]:
    """Return the new tokens, in the order of their merges."""
    pieces = count_pieces(documents(), pattern, progress)
    learned = []
    for merge in islice(learn_merges(pieces, maximum_token_length), wanted):
        learned.append(merge.new_bytes)
        if progress:
            progress(merge)
    return learned


def _learn_with_rustbpe(documents: Documents, wanted: int, pattern: str) -> list[bytes] | None:
    """Return the same from rustbpe; None where it also merged pairs that occur once, which LiLM does not.

    Raises MisuseError when it is not installed.
    """
    try:
        import rustbpe
    except ImportError as error:
        raise MisuseError("rustbpe is not installed; install it with: pip install 'lilm[fast]'") from error
    trainer = rustbpe.Tokenizer()
    texts = chain.from_iterable(map(without_deserts, _blocks(documents())))
    trainer.train_from_iterator(texts, vocab_size=256 + wanted, buffer_size=64, pattern=PATTERNS[pattern])
    tokens = [bytes(token) for token, _ in trainer.get_mergeable_ranks()]
    if wanted and not _last_token_repeats(documents, tokens, pattern):
        return None
    return tokens[256:]


def _last_token_repeats(documents: Documents, tokens: list[bytes], pattern: str) -> bool:
    """True when the last token occurs more than once; merges are in order of counts, so then all tokens do."""
    encoder = BpeTokenizer(tokens, pattern, {END_OF_TEXT: len(tokens)})
    seen = 0
    for block in _blocks(documents()):
        seen += encoder.encode(block).count(len(tokens) - 1)
        if seen > 1:
            return True
    return False


def _blocks(documents: Iterable[str]) -> Iterator[str]:
    return (block for document in documents for block in blocks(well_formed(document), BLOCK_CHARACTERS))
