"""Text that nobody vouches for, made safe to put on a screen.

Models, corpora, file names and exceptions may hold escape sequences that drive the terminal, bidi controls
that reorder a line, and characters that cannot be seen. Each of them becomes a sign that can be seen. The
mapping goes character by character, so a sequence that arrives in two pieces is as harmless as a whole one.
"""

from __future__ import annotations

import unicodedata

TAB = " " * 4
MOST_MARKS = 4
"""Marks on one base character; more (Tibetan needs four) only serve to paint over the lines around it."""

_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_UNSEEN_RANGES = (
    # Default-ignorable code points outside those categories (Unicode 16, DerivedCoreProperties).
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian variation selectors
    (0x2065, 0x2065),
    (0x3164, 0x3164),  # Hangul filler
    (0xFE00, 0xFE0D),  # variation selectors, all but text and emoji presentation
    (0xFFA0, 0xFFA0),  # halfwidth Hangul filler
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),  # tags and further variation selectors: text can be smuggled in them
    (0xFDD0, 0xFDEF),  # noncharacters
)
_PRESENTATION = frozenset("\ufe0e\ufe0f")
"""Text or emoji presentation of the character before: terminals disagree on its width: it is left out."""


def visible(text: str, *, after: str = "", ascii_signs: bool = False) -> str:
    """The text with everything unseen or dangerous turned into signs; newlines stay, tabs become spaces.

    C0 controls and DEL become their pictures (`␛`), or carets (`^[`) with `ascii_signs`; other invisible
    characters become `⟨U+202E⟩`. No more than `MOST_MARKS` combining marks stay on one base.

    `after` is the visible text that this piece continues, so that marks which arrive in pieces are counted
    together: `visible(a + b) == (s := visible(a)) + visible(b, after=s)`. Visible text is left as it is.
    """
    signs = _ASCII_SIGNS if ascii_signs else _SIGNS
    if not text.isascii():
        text = _limit_marks(text, after, signs)
    return text.translate(signs)


def escaped_json(text: str) -> str:
    """JSON text with everything unseen in its strings as \\uXXXX, which any parser reads back as it was."""
    return text.translate(_ESCAPES)


def single_line(text: str, width: int, *, ascii_signs: bool = False) -> str:
    """Visible text on one line of at most `width` cells, newlines shown, the end replaced by an ellipsis."""
    newline, ellipsis = ("\\n", "...") if ascii_signs else ("↵", "…")
    # A character takes a cell unless it is a mark, so what lies far behind the width cannot be seen.
    head = text[: (MOST_MARKS + 1) * (width + 1)]
    line = visible(head, ascii_signs=ascii_signs).replace("\n", newline)
    return shorten(line if len(head) == len(text) else line + ellipsis, width, ellipsis)


LONGEST_LABEL = 40
"""Cells."""


def token_label(text: str, width: int = LONGEST_LABEL, space: str = "␣", *, ascii_signs: bool = False) -> str:
    """The text of a token on one line of at most `width` cells, with visible newlines, and spaces at its ends."""
    inner = text.strip(" ")
    before = len(text) - len(text.lstrip(" "))
    after = len(text) - before - len(inner)
    return single_line(space * before + inner + space * after, width, ascii_signs=ascii_signs)


LONGEST_QUOTE = 60
"""Characters."""


def quoted(text: str) -> str:
    """The beginning of a text of the user's in quotes, for an error message: the text may have megabytes."""
    return repr(text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…")


def shorten(line: str, width: int, ellipsis: str = "…") -> str:
    """A line of at most `width` cells; what is too long ends in the ellipsis, itself cut where it must."""
    if cell_width(line) <= width:
        return line
    kept, room = [], width - len(ellipsis)
    for character in line:
        room -= cell_width(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept) + ellipsis[: max(0, width)]


def cell_width(text: str) -> int:
    """Terminal cells of visible text: two for wide East Asian characters and emoji, none for marks."""
    if text.isascii():
        return len(text)
    return sum(
        0 if _is_mark(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


class _Signs(dict[int, str]):
    """A table for str.translate that decides about a character when it first meets it."""

    def __init__(self, *, ascii_signs: bool) -> None:
        super().__init__({ord("\n"): "\n", ord("\t"): TAB})
        self._ascii = ascii_signs

    def __missing__(self, code: int) -> str:
        self[code] = sign = self._sign(code) if _is_unseen(code) else chr(code)
        return sign

    def _sign(self, code: int) -> str:
        if code < 0x20:
            return f"^{chr(code + 0x40)}" if self._ascii else chr(0x2400 + code)
        if code == 0x7F:
            return "^?" if self._ascii else "␡"
        return f"<U+{code:04X}>" if self._ascii else f"⟨U+{code:04X}⟩"


class _Escapes(dict[int, str]):
    """A table for str.translate of JSON text. Newlines can stand only between values, where they are layout."""

    def __init__(self) -> None:
        super().__init__({ord("\n"): "\n"})

    def __missing__(self, code: int) -> str:
        self[code] = escape = _escape(code) if _is_unseen(code) or chr(code) in _PRESENTATION else chr(code)
        return escape


def _escape(code: int) -> str:
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


_ESCAPES = _Escapes()
_SIGNS = _Signs(ascii_signs=False)
_ASCII_SIGNS = _Signs(ascii_signs=True)


def _is_unseen(code: int) -> bool:
    return (
        unicodedata.category(chr(code)) in _UNSEEN_CATEGORIES
        or code & 0xFFFE == 0xFFFE
        or any(first <= code <= last for first, last in _UNSEEN_RANGES)
    )


def _is_mark(character: str) -> bool:
    return character >= "\u0300" and unicodedata.category(character) in ("Mn", "Me")


def _limit_marks(text: str, after: str, signs: _Signs) -> str:
    """Text without stacks of marks; a mark that would stand on nothing, or on a border, gets a base."""
    kept: list[str] = []
    has_base = after[-1:] not in ("", "\n")
    marks = next((n for n, character in enumerate(reversed(after)) if not _is_mark(character)), len(after))
    for character in text:
        if not _is_mark(character) or _is_unseen(ord(character)):
            has_base, marks = character != "\n", 0
        elif character in _PRESENTATION:
            if has_base:
                continue
            character, has_base = signs._sign(ord(character)), True
        elif not has_base:
            kept.append(_base(signs))
            has_base, marks = True, 1
        elif marks == MOST_MARKS:
            continue
        else:
            marks += 1
        kept.append(character)
    return "".join(kept)


def _base(signs: _Signs) -> str:
    return "_" if signs is _ASCII_SIGNS else "◌"
