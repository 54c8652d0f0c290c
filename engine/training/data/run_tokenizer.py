"""The tokenizer of a run: its own from before, its base's, or a new one made from the training text."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import takewhile
from typing import TYPE_CHECKING

from engine.corpora.chunking import cut_pieces
from engine.corpora.split import divide, split_documents
from engine.runs.folder import find_run
from engine.runs.journals.records import Preparing
from engine.runs.sums import write_covered
from engine.tokenizers.bpe.merges import MergeEvent
from engine.tokenizers.building import build_tokenizer
from engine.tokenizers.saving import load_tokenizer, tokenizer_file
from engine.tokenizers.specification import parse_tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.config.settings import RunSettings
    from engine.corpora.corpus import Corpus
    from engine.runs.folder import Run
    from engine.tokenizers.bpe.training import Listener, TrainingEvent
    from engine.tokenizers.interface import Tokenizer

Report = Callable[[Preparing], None]
REPORT_SECONDS = 0.25
STAGE = "making the tokenizer"
SINGLE_BYTES = 256
"""Every BPE vocabulary begins with them; the rest are merges."""


def run_tokenizer(
    run: Run,
    settings: RunSettings,
    corpus: Corpus,
    held_out: float,
    report: Report,
    special_tokens: Sequence[str],
) -> Tokenizer:
    """Written as the run's tokenizer.json. Raises MisuseError when the specification makes no sense."""
    if run.tokenizer_path.exists():
        return load_tokenizer(run.checked(run.tokenizer_path))
    if settings.base is not None:
        base = find_run(settings.base)
        tokenizer = load_tokenizer(base.checked(base.tokenizer_path))
    else:
        report(Preparing(time=time.time(), stage=STAGE))
        tokenizer = build_tokenizer(
            settings.tokenizer,
            lambda: training_texts(corpus, held_out),
            sample_bytes=settings.corpus.tokenizer_bytes,
            progress=_merge_listener(settings.tokenizer, report),
        )
    corpus.check_unchanged()
    tokenizer = tokenizer.with_special_tokens(special_tokens)
    write_covered(run.folder, run.tokenizer_path.name, tokenizer_file(tokenizer))
    return tokenizer


def smaller_vocabulary(settings: RunSettings, tokenizer: Tokenizer) -> tuple[str, ...]:
    """Return a note when the text gave fewer tokens than the settings ask for."""
    wanted = parse_tokenizer(settings.tokenizer).vocabulary_size
    if settings.base is not None or wanted is None or tokenizer.vocabulary_size >= wanted:
        return ()
    return (
        f"the text gives a vocabulary of {tokenizer.vocabulary_size:,} tokens only, not the {wanted:,} of "
        f"{settings.tokenizer}, as it repeats no more",
    )


def training_texts(corpus: Corpus, held_out: float) -> Iterator[str]:
    """Yield the training text in stretches that no token reaches across."""
    split = split_documents(corpus.document_characters, corpus.document_bytes, held_out)
    trained = takewhile(lambda found: found[0] == "train", divide(corpus.pieces(), split))
    return (piece.text for piece in cut_pieces(piece for _, piece in trained))


def _merge_listener(specification: str, report: Report) -> Listener | None:
    """Tells of BPE's merges. None where rustbpe is installed: it is faster, and silent."""
    if find_spec("rustbpe"):
        return None
    wanted = max(0, (parse_tokenizer(specification).vocabulary_size or 0) - SINGLE_BYTES)
    said = time.monotonic()

    def hear(event: TrainingEvent) -> None:
        nonlocal said
        if isinstance(event, MergeEvent) and time.monotonic() - said > REPORT_SECONDS:
            said = time.monotonic()
            report(Preparing(time=time.time(), stage=STAGE, done=event.index + 1, total=wanted))

    return hear
