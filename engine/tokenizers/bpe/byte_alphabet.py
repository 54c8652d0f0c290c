"""Bytes as printable characters, so that any token is valid JSON and readable: GPT-2's byte alphabet.

Printable Latin-1 characters stand for themselves, the other bytes for the characters from U+0100 up, in
order: a space is Ġ, a line break Ċ (Radford et al. 2019,
https://github.com/openai/gpt-2/blob/master/src/encoder.py).
"""

from __future__ import annotations

_PRINTABLE = (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100))
_OTHERS = [byte for byte in range(256) if byte not in _PRINTABLE]

_CHARACTERS = {byte: chr(byte) for byte in _PRINTABLE} | {
    byte: chr(0x100 + index) for index, byte in enumerate(_OTHERS)
}
_FROM_LATIN_1 = str.maketrans({chr(byte): character for byte, character in _CHARACTERS.items()})
_TO_LATIN_1 = {ord(character): byte for byte, character in _CHARACTERS.items()}


def spell(token: bytes) -> str:
    """Return one printable character for each byte."""
    return token.decode("latin-1").translate(_FROM_LATIN_1)


def unspell(spelled: str) -> bytes:
    """The inverse of `spell`. Raises ValueError for a character that stands for no byte."""
    try:
        return bytes(_TO_LATIN_1[ord(character)] for character in spelled)
    except KeyError as error:
        raise ValueError(f"{spelled!r} is not written in the byte alphabet") from error
