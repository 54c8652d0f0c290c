"""Input of a terminal in whole units: text, one known escape sequence, one paste.

Textual's parser takes a sequence that it does not know for the keys that it is made of (textual#3742): a late answer
to a device attributes query, `ESC [ ? 1 ; 2 c`, would press `?` and `c`. Here ECMA-48's grammar decides where a
sequence ends, and only those that mean something to the app are passed on. Bytes may be anything.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS

ESCAPE_SECONDS = 0.1
"""After so long a lone escape byte is the escape key, and half of a sequence will not be completed."""
PASTE_SECONDS = 3.0
"""After so long a paste without an end has ended: ssh may lose the rest."""
LARGEST_PASTE = 100_000
"""Characters of a paste that are kept; the rest is dropped."""

ESC = 0x1B
_PASTE_START, _PASTE_END = b"\x1b[200~", b"\x1b[201~"
_LONGEST_SEQUENCE = 64
_CSI = re.compile(rb"\x1b\[[0-?]*[ -/]*")
_FINAL = re.compile(rb"[@-~]")
_ATTRIBUTES = re.compile(rb"\x1b\[\?[\d;]*c")
"""Answer to the query of device attributes."""
_RXVT_KEY = re.compile(rb"\x1b\[\d{1,2}\$")
"""Keys with shift, against the grammar: `$` ends no sequence."""
_STRING = re.compile(rb"\x1b[\]PX^_]")
"""Introducers of OSC, DCS, SOS, PM and APC strings, which terminals answer queries with."""
_STRING_END = re.compile(rb"\x07|\x1b\\|(?=\x1b[^\\])|[\x18\x1a]")
_KNOWN = re.compile(
    r"\x1b\[(?:[IO]"  # focus
    r"|<\d{1,5};\d{1,5};\d{1,5}[Mm]"  # SGR mouse report
    r"|\?\d{1,5};\d\$y"  # mode report
    r"|\d{0,7}(?:;\d{0,4}(?:;[\d:]{0,40})?)?[u~ABCDEFHPQRS])"  # keys, also in kitty's protocol
)
_UNWANTED_IN_PASTES = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r"}
_HIGHEST_CODE_POINT = 0x10FFFF


@dataclass(frozen=True)
class Pasted:
    """Pasted text without control characters."""

    text: str


class InputStream:
    """Holds back what is not whole yet."""

    def __init__(self) -> None:
        self._held = b""
        self._in_string = False
        self._paste: bytearray | None = None
        self.has_old_mouse_reports = False
        """The terminal reports the mouse in X10's encoding, as it forgot the modes that it had been set to."""
        self.has_attributes = False
        """The terminal has answered the query of its attributes."""
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode

    def feed(self, data: bytes) -> list[str | Pasted]:
        """Return the units that are whole now. Bytes that are not UTF-8 become U+FFFD (textual#6456)."""
        data, self._held = self._held + data, b""
        units: list[str | Pasted] = []
        while data:
            if self._paste is not None:
                data = self._take_paste(data, units)
            elif self._in_string:
                data = self._skip_string(data)
            elif data[0] != ESC:
                text, escape, rest = data.partition(b"\x1b")
                units.append(self._decode(text, bool(escape)))
                data = escape + rest
            else:
                # A sequence ends a character whose other bytes have not come.
                units.append(self._decode(b"", True))
                length = self._take_sequence(data, units)
                if not length:
                    # The parameters of a sequence may never end; then it is dropped.
                    self._held = data if len(data) <= _LONGEST_SEQUENCE else b"\x1b[?"
                    break
                data = data[length:]
        return [unit for unit in units if unit]

    def pause(self, seconds: float) -> list[str | Pasted]:
        """Return what must be taken as it is, as nothing has come for so long."""
        if self._paste is not None:
            return [self._end_paste()] if seconds >= PASTE_SECONDS else []
        if seconds < ESCAPE_SECONDS:
            return []
        # Two bytes are a key that was pressed together with alt; more is the beginning of something lost.
        is_key = len(self._held) <= 2 and not self._in_string
        keys = self._held.decode("latin-1") if is_key else ""
        self._held, self._in_string = b"", False
        return [unit for unit in (self._decode(b"", True), keys) if unit]

    def _take_sequence(self, data: bytes, units: list[str | Pasted]) -> int:
        """The length of the sequence at the beginning, after appending what it means; 0 while it is not whole."""
        if len(data) == 1:
            return 0
        if data[1] == ESC:
            units.append("\x1b")
            return 1
        if data.startswith(b"\x1b["):
            return self._take_control_sequence(data, units)
        if data.startswith(b"\x1bO"):
            length = 2 if data[2:3] == b"\x1b" else 3
        elif _STRING.match(data):
            self._in_string = len(data) > 2
            return 2 if self._in_string else 0
        else:
            length = 1 + _length_of_character(data[1:])
        if len(data) < length:
            return 0
        units.append(data[:length].decode(errors="replace"))
        return length

    def _take_control_sequence(self, data: bytes, units: list[str | Pasted]) -> int:
        if data.startswith(b"\x1b[M"):
            # Three bytes of any value follow. Sent by terminals that were rebuilt under a running program, as when
            # tmux attaches again (textual#6668).
            self.has_old_mouse_reports = True
            return 6 if len(data) >= 6 else 0
        length = _length_of_control_sequence(data)
        if not length or len(data) < length:
            return 0
        sequence = data[:length]
        if _ATTRIBUTES.fullmatch(sequence):
            self.has_attributes = True
        elif sequence == _PASTE_START:
            self._paste = bytearray()
        elif _is_key(sequence) or _means_something(sequence):
            units.append(sequence.decode())
        return length

    def _skip_string(self, data: bytes) -> bytes:
        """Return what follows an unwanted string; nothing while its end has not come."""
        end = _STRING_END.search(data)
        if end is None:
            self._held = data[-1:] if data.endswith(b"\x1b") else b""
            return b""
        self._in_string = False
        return data[end.end() :]

    def _take_paste(self, data: bytes, units: list[str | Pasted]) -> bytes:
        """Return what follows the paste; nothing before its end."""
        assert self._paste is not None
        searched = max(0, len(self._paste) - len(_PASTE_END))
        self._paste += data
        end = self._paste.find(_PASTE_END, searched)
        if end < 0:
            if len(self._paste) > 4 * LARGEST_PASTE + len(_PASTE_END):
                # The tail may hold the beginning of the end.
                del self._paste[4 * LARGEST_PASTE : -len(_PASTE_END)]
            return b""
        rest = bytes(self._paste[end + len(_PASTE_END) :])
        del self._paste[end:]
        units.append(self._end_paste())
        return rest

    def _end_paste(self) -> Pasted:
        assert self._paste is not None
        text = self._paste.decode(errors="replace")
        self._paste = None
        return Pasted(text.translate(_UNWANTED_IN_PASTES)[:LARGEST_PASTE])


def _length_of_control_sequence(data: bytes) -> int:
    """Bytes of the CSI sequence at the beginning, also of one that is cut short by a byte that fits none; or 0."""
    if data.startswith(b"\x1b[["):  # the Linux console's function keys
        return 3 if data[3:4] == b"\x1b" else 4
    shifted = _RXVT_KEY.match(data)
    if shifted and _is_key(shifted.group()):
        return shifted.end()
    begun = _CSI.match(data)
    assert begun is not None
    if begun.end() == len(data):
        return 0
    return begun.end() + (1 if _FINAL.match(data, begun.end()) else 0)


def _is_key(sequence: bytes) -> bool:
    return sequence.decode("latin-1") in ANSI_SEQUENCES_KEYS


def _means_something(sequence: bytes) -> bool:
    """True if the app uses this control sequence, and Textual's parser accepts it."""
    text = sequence.decode("latin-1")
    if not _KNOWN.fullmatch(text):
        return False
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    return all(number <= _HIGHEST_CODE_POINT and not 0xD800 <= number <= 0xDFFF for number in numbers)


def _length_of_character(data: bytes) -> int:
    """Bytes of the UTF-8 character at the beginning, also of one that is cut short by a byte that fits none."""
    first = data[0]
    length = 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    return next((index for index in range(1, min(length, len(data))) if data[index] & 0xC0 != 0x80), length)
