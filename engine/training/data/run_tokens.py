"""The tokens that a run was trained on, for studies of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.config.resolve import decide_objective
from engine.corpora.tokenized import tokenize_corpus
from engine.errors import MisuseError
from engine.tokenizers.saving import load_tokenizer
from engine.training.data.run_text import text_of_run, validation_fraction

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.corpora.tokenized import TokenizedCorpus
    from engine.runs.folder import Run
    from engine.tokenizers.interface import Tokenizer


def tokens_of_run(run: Run, notify: Callable[[str], None]) -> tuple[Tokenizer, TokenizedCorpus]:
    """Return a run's tokenizer and its text as tokens, from the cache or made again.

    Raises MisuseError when the text is gone or another one, and for a run that was trained on conversations.
    """
    settings = run.settings()
    if decide_objective(settings) == "chat":
        raise MisuseError(
            f"{run.name} was trained on conversations, not on a text; choose the run that it began from, "
            f"{settings.base}"
            if settings.base
            else f"{run.name} was trained on conversations, not on a text; choose another run"
        )
    corpus = text_of_run(run, notify=notify)
    tokenizer = load_tokenizer(run.checked(run.tokenizer_path))
    tokens = tokenize_corpus(corpus, tokenizer, validation_fraction(settings, corpus.bytes))
    for note in tokens.notes:
        notify(note)
    return tokenizer, tokens
