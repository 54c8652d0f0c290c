"""The sanitizer: what never comes through, and what comes through unharmed."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sanitize import MOST_MARKS, cell_width, escaped_json, shorten, single_line, visible

HOSTILE = (
    "\x00\x07\x1b\x7f\x85\x9b\u0301\u034f\u200b\u200d\u202e\u2028\u2066"
    "\ufe0e\ufe0f\ufeff\uffff\U000e0041\ud800"
)
# Surrogates are text too here: file names that are not UTF-8 hold them.
anything = st.text(
    st.one_of(st.sampled_from(HOSTILE + "ab\n\té漢"), st.characters(codec=None, exclude_categories=()))
)


def is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me")


@pytest.mark.parametrize(
    ("text", "shown", "in_ascii"),
    [
        ("plain text, 漢字, naïve 😀", "plain text, 漢字, naïve 😀", "plain text, 漢字, naïve 😀"),
        ("\x1b[31mred", "␛[31mred", "^[[31mred"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇", "^[]52;c;aGk=^G"),
        ("\x9b2J", "⟨U+009B⟩2J", "<U+009B>2J"),
        ("\x00\x7f\r\n", "␀␡␍\n", "^@^?^M\n"),
        ("a\tb", "a    b", "a    b"),
        ("user\u202etxt.exe", "user⟨U+202E⟩txt.exe", "user<U+202E>txt.exe"),
        ("zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩", "zero<U+200B>width<U+FEFF>"),
        ("\u2028\u2029\ue000\ud800\ufdd0", "⟨U+2028⟩⟨U+2029⟩⟨U+E000⟩⟨U+D800⟩⟨U+FDD0⟩", None),
        ("❤\ufe0f", "❤", "❤"),
        ("\ufe0f", "⟨U+FE0F⟩", "<U+FE0F>"),
        ("\n\u0301", "\n◌\u0301", "\n_\u0301"),
        ("e" + "\u0301" * 90 + "f", "e" + "\u0301" * MOST_MARKS + "f", None),
    ],
)
def test_what_is_shown(text: str, shown: str, in_ascii: str | None) -> None:
    assert visible(text) == shown
    if in_ascii is not None:
        assert visible(text, ascii_signs=True) == in_ascii


@given(anything, st.booleans())
def test_nothing_unseen_is_left(text: str, ascii_signs: bool) -> None:
    for character in visible(text, ascii_signs=ascii_signs).replace("\n", ""):
        assert unicodedata.category(character) not in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
        assert character not in "\ufe0e\ufe0f\u034f\u115f\u3164"


@given(anything, st.booleans())
def test_visible_text_stays_as_it_is(text: str, ascii_signs: bool) -> None:
    shown = visible(text, ascii_signs=ascii_signs)
    assert visible(shown, ascii_signs=ascii_signs) == shown


@given(anything, anything, st.booleans())
def test_pieces_are_shown_like_the_whole(first: str, second: str, ascii_signs: bool) -> None:
    shown = visible(first, ascii_signs=ascii_signs)
    rest = visible(second, after=shown, ascii_signs=ascii_signs)
    assert shown + rest == visible(first + second, ascii_signs=ascii_signs)


@given(anything)
def test_marks_never_pile_up(text: str) -> None:
    run = 0
    for character in visible(text):
        run = run + 1 if is_mark(character) else 0
        assert run <= MOST_MARKS


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=60))
def test_every_line_count_is_kept(text: str) -> None:
    assert visible(f"{text}\n{text}").count("\n") == 1


@given(anything, st.integers(0, 40), st.booleans())
def test_a_single_line_fits(text: str, width: int, ascii_signs: bool) -> None:
    line = single_line(text, width, ascii_signs=ascii_signs)
    assert "\n" not in line
    assert cell_width(line) <= width


def test_a_single_line_says_that_it_was_cut() -> None:
    assert single_line("one\ntwo", 10) == "one↵two"
    assert single_line("one\ntwo", 10, ascii_signs=True) == "one\\ntwo"
    assert single_line("a long story", 8) == "a long …"
    assert single_line("a long story", 8, ascii_signs=True) == "a lon..."
    assert single_line("漢字漢字", 6) == "漢字…"
    assert single_line("e" + "\u0301" * 999 + " and on", 80).endswith("…")
    assert shorten("abc", 2, "...") == ".."


@given(st.recursive(st.text(max_size=20), lambda inner: st.lists(inner, max_size=3), max_leaves=6))
def test_escaped_json_means_the_same_and_shows_all(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert json.loads(escaped_json(text)) == value
    assert not any(
        unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in escaped_json(text)
    )


@pytest.mark.fault("foreign code")
@pytest.mark.parametrize(
    "code", [0x07, 0x1B, 0x7F, 0x85, 0x9B, 0x9D, 0xAD, 0x200E, 0x202E, 0x2066, 0x2028, 0xFEFF, 0xE0041]
)
def test_what_drives_a_terminal_is_escaped_in_json(code: int) -> None:
    assert escaped_json(json.dumps({"a": chr(code)}, ensure_ascii=False)).isascii()
