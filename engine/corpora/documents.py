"""Documents, and their pieces, small enough that memory is bounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from engine.files.reading import well_formed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Message(msgspec.Struct, frozen=True):
    """One turn of a conversation."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Document:
    """An independent text; `messages` when it is a conversation."""

    text: str
    messages: tuple[Message, ...] | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of a document, or all of it. A document ends with the piece that `ends_document`."""

    text: str
    ends_document: bool = True
    messages: tuple[Message, ...] | None = None


class RecordError(ValueError):
    """A record without a document; the message is phrased to follow 'line 7 '."""


def conversation_text(messages: Iterable[Message]) -> str:
    """Return a conversation as plain text for training without roles: a line `role: content` per message."""
    return "\n".join(f"{message.role}: {message.content}" for message in messages)


def clean_text(text: str) -> str:
    """Normalize the text of a record: line ends become LF, lone surrogates become U+FFFD."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else well_formed(text)


def piece_from_field(value: object, field: str) -> Piece:
    """Return the document in a record's field: a string, or a list of messages.

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
    """Yield whole documents, each held in memory."""
    texts: list[str] = []
    for piece in pieces:
        texts.append(piece.text)
        if piece.ends_document:
            yield Document("".join(texts), piece.messages)
            texts = []
