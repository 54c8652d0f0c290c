"""Documents, as readers yield them: in pieces small enough that memory stays bounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from engine.reading import well_formed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Message(msgspec.Struct, frozen=True):
    """One turn of a conversation."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text that stands on its own; `messages` when it is a conversation."""

    text: str
    messages: tuple[Message, ...] | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a document, or all of it. Pieces follow each other until one `ends_document`."""

    text: str
    ends_document: bool = True
    messages: tuple[Message, ...] | None = None


class RecordError(ValueError):
    """A record that holds no document; the message says why, to stand after 'line 7 '."""


def conversation_text(messages: Iterable[Message]) -> str:
    """A conversation as plain text for training without roles: a line `role: content` for each message."""
    return "\n".join(f"{message.role}: {message.content}" for message in messages)


def clean_text(text: str) -> str:
    """Text out of a record as files give it: line ends are LF, and half a surrogate pair is U+FFFD."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else well_formed(text)


def piece_from_field(value: object, field: str) -> Piece:
    """The document that a record's field holds: a string, or a list of messages.

    Raises RecordError when it holds neither.
    """
    if isinstance(value, str):
        text = clean_text(value)
        if not text.strip():
            raise RecordError(f"has an empty {field!r}")
        return Piece(text)
    if isinstance(value, list) and value:
        try:
            raw = msgspec.convert(value, list[Message])
        except msgspec.ValidationError as error:
            raise RecordError(f"has {field!r} that are not messages with a role and a content") from error
        messages = tuple(Message(clean_text(message.role), clean_text(message.content)) for message in raw)
        return Piece(conversation_text(messages), messages=messages)
    raise RecordError(f"has no text in {field!r}")


def join_pieces(pieces: Iterable[Piece]) -> Iterator[Document]:
    """Whole documents, each held in memory at once."""
    texts: list[str] = []
    for piece in pieces:
        texts.append(piece.text)
        if piece.ends_document:
            yield Document("".join(texts), piece.messages)
            texts = []
