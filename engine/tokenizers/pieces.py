"""The bytes of a token as text for people."""

from __future__ import annotations

from engine.errors import UnreadableError
from engine.files.reading import decode_text
from engine.sanitize import visible


def shown_bytes(piece: bytes) -> str:
    """Return the text of bytes, visible and on one line; of incomplete characters `<E4 BD>`, in hexadecimal."""
    try:
        text = decode_text(piece)
    except UnreadableError:
        text = f"<{piece.hex(' ').upper()}>"
    return visible(text).replace("\n", "↵")
