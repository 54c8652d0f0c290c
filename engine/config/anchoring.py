"""Settings that mean the same in any working folder: relative paths made absolute, as a new run keeps them."""

from __future__ import annotations

import glob
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from engine.corpora.sources.catalogue import named_corpora
from engine.errors import MisuseError

if TYPE_CHECKING:
    from engine.config.settings import RunSettings

TOKENIZER_FILES = (".json", ".tiktoken")
"""Suffixes by which a tokenizer is one from a file."""


def anchored(settings: RunSettings) -> RunSettings:
    """Leave text that names no corpus and no file unchanged; its reader reports the error."""
    names = {entry.name for entry in named_corpora()}
    sources = tuple(
        source if source in names else _absolute(source, may_be_pattern=True)
        for source in settings.corpus.sources
    )
    return structs.replace(
        settings,
        corpus=structs.replace(settings.corpus, sources=sources),
        tokenizer=_tokenizer(settings.tokenizer),
    )


def _tokenizer(specification: str) -> str:
    if not any(suffix in specification for suffix in TOKENIZER_FILES):
        return specification
    # Tokenizers import numpy, which takes longer than all else that `lilm train` and the lab import.
    from engine.tokenizers.specification import parse_tokenizer

    try:
        parsed = parse_tokenizer(specification)
    except MisuseError:
        return specification
    return str(replace(parsed, source=_absolute(parsed.source))) if parsed.kind == "file" else specification


def _absolute(text: str, *, may_be_pattern: bool = False) -> str:
    path = os.path.expanduser(text)
    if not (os.path.exists(path) or (may_be_pattern and glob.has_magic(path))):
        return text
    try:
        return str(Path(path).absolute())
    except OSError:  # the working folder was removed
        return text
