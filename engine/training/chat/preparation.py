"""The batches of a run that learns from conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.corpora.tokenized import tokenize_corpus
from engine.errors import MisuseError
from engine.inference.chat import is_chat
from engine.runs.folder import find_run
from engine.tokenizers.saving import load_tokenizer
from engine.training.chat.batches import ChatBatches, MixedBatches
from engine.training.data.documents import text_batches
from engine.training.data.run_text import text_of_run, validation_fraction
from engine.training.preparation import run_windows

if TYPE_CHECKING:
    from engine.config.settings import RunSettings
    from engine.corpora.tokenized import Tokens
    from engine.runs.folder import Run
    from engine.tokenizers.interface import Tokenizer
    from engine.training.chat.conversations import TokenizedConversations


def chat_batches(
    settings: RunSettings, tokens: TokenizedConversations, end_of_text: int
) -> ChatBatches | MixedBatches:
    """Conversations, with as much of the base run's text among them as training.mix says.

    Raises MisuseError when that text cannot be read any more.
    """
    training, context_length = settings.training, settings.model.context_length
    base = _text_run(settings)
    text_rows = round(training.mix * training.batch_size) if base else 0
    rows = training.batch_size - text_rows
    chat = ChatBatches(tokens.conversations, context_length, rows, settings.seed, end_of_text)
    if base is None or not text_rows:
        return chat
    run, tokenizer = base
    base_tokens = _training_tokens(run, tokenizer)
    windows = run_windows(run, run.settings(), base_tokens, end_of_text)
    text = text_batches(
        base_tokens,
        "documents" if windows == "documents" else "epochs",
        context_length=context_length,
        batch_size=text_rows,
        seed=settings.seed,
        end_of_text=end_of_text,
    )
    return MixedBatches(chat, text)


def _text_run(settings: RunSettings) -> tuple[Run, Tokenizer] | None:
    """The base run and its tokenizer, where it learned from plain text."""
    if settings.base is None:
        return None
    run = find_run(settings.base)
    if not run.settings().corpus.sources:  # an imported model, whose text is not known
        return None
    tokenizer = load_tokenizer(run.checked(run.tokenizer_path))
    return None if is_chat(tokenizer) else (run, tokenizer)


def _training_tokens(run: Run, tokenizer: Tokenizer) -> Tokens:
    """Return the run's training tokens without its held-out text, usually from the cache."""
    try:
        corpus = text_of_run(run)
    except MisuseError as error:
        raise MisuseError(
            f"the text of {run.name} cannot be mixed in: {error}; leave it out with training.mix=0"
        ) from error
    return tokenize_corpus(corpus, tokenizer, validation_fraction(run.settings(), corpus.bytes)).train
