"""Conversations as token ids, with what the assistant says marked: what chat training learns from.

They are held in memory, five bytes a token. Windows of the context length hold whole conversations, so that an answer
never lacks what it answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from engine.corpora.progress import ProgressReporter
from engine.corpora.split import split_documents
from engine.errors import MisuseError
from engine.inference.chat import ROLE_TOKENS, Rendered, render, rendered_size, split_exchanges
from engine.training.evaluation.side_information import SideInformation, side_information

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from engine.corpora.corpus import Corpus
    from engine.corpora.documents import Message
    from engine.corpora.progress import ProgressListener
    from engine.tokenizers.interface import Tokenizer

Ids = np.ndarray[tuple[int], np.dtype[np.int32]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class Conversations:
    """Rendered conversations, one behind the other."""

    ids: Ids
    """Shape (tokens,)."""
    is_learned: Flags
    """Shape (tokens,): the assistant's words and the ends of its turns."""
    starts: NDArray[np.int64]
    """Start index of each conversation, and the end of the last. Shape (conversations + 1,)."""

    def __getitem__(self, number: int) -> tuple[Ids, Flags]:
        """The ids of one, and which of them are learned."""
        span = slice(self.starts[number], self.starts[number + 1])
        return self.ids[span], self.is_learned[span]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each. Shape (conversations,)."""
        return np.diff(self.starts)


@dataclass(frozen=True)
class TokenizedConversations:
    """Training and held-out conversations; beside them, what a `TokenizedCorpus` says of its text."""

    conversations: Conversations
    """Those to learn from."""
    held_out: Conversations
    validation_bytes: int
    """UTF-8 bytes of the assistant's held-out words."""
    validation_side: SideInformation
    """Of the assistant's held-out words."""
    train_bytes: int
    """UTF-8 bytes of the assistant's words in training."""
    notes: tuple[str, ...]
    """Notes for the user: conversations that were left out."""

    @property
    def train(self) -> Ids:
        """Shape (tokens,)."""
        return self.conversations.ids

    @property
    def validation(self) -> Ids:
        """Shape (tokens,)."""
        return self.held_out.ids


def tokenize_conversations(
    corpus: Corpus,
    tokenizer: Tokenizer,
    validation_fraction: float,
    context_length: int,
    *,
    progress: ProgressListener | None = None,
) -> TokenizedConversations:
    """The corpus's conversations for windows of a context length; `tokenizer` has the tokens of roles.

    The last ones are held out. Documents that are no conversations, have other roles, or no answer to learn, are
    left out. Raises MisuseError when nothing is left, or the fraction is not at least 0 and less than 1.
    """
    split = split_documents(corpus.document_characters, corpus.document_bytes, validation_fraction)
    train, held_out = _Collector(), _Collector()
    skipped = 0
    reporter = ProgressReporter(progress, "tokenizing", corpus.bytes)
    for index, document in enumerate(corpus.documents()):
        reporter.advance(len(document.text.encode()))
        messages = document.messages or ()
        if not is_usable(messages):
            skipped += 1
            continue
        part = train if index < split.document else held_out
        part.add(messages, tokenizer, context_length)
    corpus.check_unchanged()
    if not train.lengths:
        raise MisuseError(
            "there is no conversation to learn from: each needs 'messages' with the roles user and assistant, and "
            "words of the assistant"
        )
    notes = []
    if skipped:
        notes.append(
            f"{skipped:,} of {corpus.documents_count:,} documents were left out: they are no conversations of "
            f"{', '.join(ROLE_TOKENS)} in which the assistant says something"
        )
    if cut := train.cut + held_out.cut:
        notes.append(
            f"{cut:,} of {corpus.documents_count - skipped:,} conversations were cut between turns: they are longer "
            f"than the context of {context_length:,} tokens"
        )
    return TokenizedConversations(
        conversations=train.conversations(),
        held_out=held_out.conversations(),
        validation_bytes=held_out.answer_bytes,
        validation_side=side_information(tokenizer, held_out.answers),
        train_bytes=train.answer_bytes,
        notes=tuple(notes),
    )


def is_usable(messages: Sequence[Message]) -> bool:
    """True if there is an answer to learn from, and every role is known."""
    has_answer = any(message.role == "assistant" and message.content for message in messages)
    return has_answer and all(message.role in ROLE_TOKENS for message in messages)


def cut_conversation(
    messages: Sequence[Message], tokenizer: Tokenizer, context_length: int
) -> Iterator[Rendered]:
    """A conversation longer than the context, in parts.

    Each is as many whole exchanges as fit; system messages from the beginning stand before each. Of an exchange
    that is too long by itself the beginning is kept.
    """
    opening, exchanges = split_exchanges(messages)
    room = context_length - 1 - rendered_size(opening, tokenizer)
    parts: list[list[list[Message]]] = []
    size = room
    for exchange in exchanges:
        added = rendered_size(exchange, tokenizer)
        if not parts or size + added > room:
            parts.append([])
            size = 0
        parts[-1].append(exchange)
        size += added
    for part in parts:
        rendered = render([*opening, *chain.from_iterable(part)], tokenizer, for_answer=False)
        yield Rendered(rendered.ids[:context_length], rendered.loss_mask[:context_length])


class _Collector:
    """Gathers one part of the corpus."""

    def __init__(self) -> None:
        self._ids: list[Ids] = []
        self._is_learned: list[Flags] = []
        self.lengths: list[int] = []
        self.answer_bytes = 0
        self.answers: list[str] = []
        """As they were said, where ids may not tell."""
        self.cut = 0
        """Conversations longer than the context."""

    def add(self, messages: Sequence[Message], tokenizer: Tokenizer, context_length: int) -> None:
        whole = render(messages, tokenizer, for_answer=False)
        parts = [whole]
        answers = [message.content for message in messages if message.role == "assistant"]
        if not tokenizer.keeps_every_text:
            self.answers += answers
        if len(whole.ids) > context_length:
            parts = list(cut_conversation(messages, tokenizer, context_length))
            self.cut += 1
        else:
            self.answer_bytes += sum(len(answer.encode()) for answer in answers)
        for part in parts:
            if any(part.loss_mask):
                self._ids.append(np.asarray(part.ids, dtype=np.int32))
                self._is_learned.append(np.asarray(part.loss_mask, dtype=np.bool_))
                self.lengths.append(len(part.ids))
                if part is not whole:  # the text of what was cut off is not known
                    learned = [token for token, said in zip(part.ids, part.loss_mask, strict=True) if said]
                    self.answer_bytes += sum(len(tokenizer.token_bytes(token)) for token in learned)

    def conversations(self) -> Conversations:
        return Conversations(
            ids=np.concatenate([np.empty(0, dtype=np.int32), *self._ids]),
            is_learned=np.concatenate([np.empty(0, dtype=np.bool_), *self._is_learned]),
            starts=np.cumsum([0, *self.lengths], dtype=np.int64),
        )
