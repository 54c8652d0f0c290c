"""A tokenizer from its specification and the training documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.tokenizers.bpe.tiktoken_encodings import TiktokenTokenizer, read_tiktoken_file
from engine.tokenizers.registry import PLAIN
from engine.tokenizers.sampling import sample_evenly
from engine.tokenizers.saving import load_tokenizer
from engine.tokenizers.specification import TokenizerSpec, parse_tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.tokenizers.bpe.training import Listener
    from engine.tokenizers.interface import Tokenizer


def build_tokenizer(
    spec: TokenizerSpec | str,
    documents: Callable[[], Iterable[str]],
    *,
    sample_bytes: int | None = None,
    progress: Listener | None = None,
) -> Tokenizer:
    """Return the tokenizer that `spec` names, trained on the documents where it needs training.

    `documents` is called for each pass over them, so that a large text is never held whole. With
    `sample_bytes`, BPE learns from about that much text, spread evenly over them; a closed vocabulary must
    see all of it. `progress` receives the pieces counted and the merges learned.
    Raises MisuseError when the specification is invalid or a file does not exist, LilmError when a file is
    damaged.
    """
    if isinstance(spec, str):
        spec = parse_tokenizer(spec)
    if plain := PLAIN.get(spec.kind):
        return plain.train(documents(), spec.vocabulary_size)
    match spec.kind:
        case "tiktoken":
            return TiktokenTokenizer(spec.source)
        case "file" if spec.source.endswith(".json"):
            return load_tokenizer(Path(spec.source))
        case "file":
            return read_tiktoken_file(Path(spec.source), spec.pattern)
        case _:
            from engine.tokenizers.bpe.training import train_bpe

            assert spec.vocabulary_size is not None
            assert spec.pattern is not None
            if sample_bytes is not None:
                documents = sample_evenly(documents, sample_bytes)
            return train_bpe(documents, spec.vocabulary_size, pattern=spec.pattern, progress=progress)
