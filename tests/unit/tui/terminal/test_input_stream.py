"""Input of a terminal in whole units: nothing that is not a key becomes one, and nothing is held forever."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual._xterm_parser import XTermParser

from tui.terminal.input_stream import ESCAPE_SECONDS, LARGEST_PASTE, PASTE_SECONDS, InputStream, Pasted

SEQUENCES = (
    b"\x1b[A",
    b"\x1b[1;5C",
    b"\x1b[3~",
    b"\x1b[3$",
    b"\x1b[[A",
    b"\x1bOP",
    b"\x1b[27u",
    b"\x1b[97;5u",
    b"\x1b[<0;10;20M",
    b"\x1b[I",
    b"\x1b[?2026;2$y",
    "\x1bä".encode(),
)
ANSWERS = (
    b"\x1b[?1;2c",
    b"\x1b[>0;276;0c",
    b"\x1b[0n",
    b"\x1b[8;24;80t",
    b"\x1b[48;24;80;0;0t",
    b"\x1b]11;rgb:1212/1212/1212\x1b\\",
    b"\x1b]52;c;eXl5eXk=\x07",
    b"\x1bP>|xterm(390)\x1b\\",
    b"\x1b_Gi=1;OK\x1b\\",
    b"\x1b[M#\xa50",
    b"\x1b[32;10;20M",
    b"\x1b[1114112u",
    b"\x1b[55296u",
    b"\x1b[97:65;1u",
    b"\x1b[<0;999999999999;5M",
    b"\x1b[" + b"1;" * 500 + b"m",
)


def units_of(*pieces: bytes) -> list[str | Pasted]:
    """Return the events of the bytes, with a pause at the end."""
    stream = InputStream()
    units = [unit for piece in pieces for unit in stream.feed(piece)]
    return units + stream.pause(PASTE_SECONDS)


def joined(units: list[str | Pasted]) -> str:
    return "".join(unit for unit in units if isinstance(unit, str))


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_keys_and_mouse_reports_pass_whole_however_they_are_cut(sequence: bytes) -> None:
    text = sequence.decode()
    assert units_of(b"a" + sequence + b"b") == ["a", text, "b"]
    for cut in range(1, len(sequence)):
        assert joined(units_of(sequence[:cut], sequence[cut:] + b"b")) == text + "b"


@pytest.mark.fault("app ends")
@pytest.mark.parametrize("answer", ANSWERS)
def test_answers_that_nobody_asked_for_press_no_key(answer: bytes) -> None:
    assert units_of(b"a" + answer + b"b") == ["a", "b"]
    for cut in range(1, len(answer)):
        assert joined(units_of(answer[:cut], answer[cut:] + b"b")) == "b"


def test_a_lone_escape_byte_is_the_escape_key_after_a_moment() -> None:
    stream = InputStream()
    assert stream.feed(b"\x1b") == []
    assert stream.pause(ESCAPE_SECONDS / 2) == []
    assert stream.pause(ESCAPE_SECONDS) == ["\x1b"]
    assert stream.pause(ESCAPE_SECONDS) == []
    assert units_of(b"\x1b\x1b") == ["\x1b", "\x1b"]
    assert units_of(b"\x1b]") == ["\x1b]"], "alt and a bracket, no answer"


@pytest.mark.fault("app ends")
def test_bytes_that_are_not_utf_8_become_signs() -> None:
    assert units_of(b"a\xe9b") == ["a\ufffdb"]
    assert joined(units_of(b"\xff\xfe")) == "\ufffd\ufffd"
    assert units_of(b"\xc3", b"\xa9") == ["é"]
    assert units_of(b"\xc3") == ["\ufffd"]


@pytest.mark.fault("lost work")
def test_a_paste_is_text_also_where_it_looks_like_keys() -> None:
    assert units_of(b"\x1b[200~d\x1b[31m\r\nyy\x00\x11\x1b[201~q") == [Pasted("d[31m\r\nyy"), "q"]
    assert units_of(b"\x1b[200~ab", b"c\x1b[2", b"01~q") == [Pasted("abc"), "q"]


@pytest.mark.fault("hang")
def test_a_paste_without_an_end_ends_and_one_without_a_bound_is_cut() -> None:
    stream = InputStream()
    assert stream.feed(b"\x1b[200~abc") == []
    assert stream.pause(PASTE_SECONDS / 2) == []
    assert stream.pause(PASTE_SECONDS) == [Pasted("abc")]
    assert stream.feed(b"q") == ["q"]
    stream.feed(b"\x1b[200~")
    for _ in range(200):
        stream.feed(b"x" * 4096)
    assert stream.feed(b"\x1b[201~q") == [Pasted("x" * LARGEST_PASTE), "q"]


@pytest.mark.fault("app ends")
@pytest.mark.parametrize("cut", [b"\x1b\xc0", b"\x1b\xe2\x82", b"\x1bO", b"\x1b[["])
@pytest.mark.parametrize("answer", [b"\x1b[1114112u", b"\x1b[?1;2c"])
def test_a_key_that_is_cut_short_ends_where_a_sequence_begins(cut: bytes, answer: bytes) -> None:
    units = units_of(cut + answer, b"q")
    assert units[-1] == "q"
    assert "[" not in "".join(units[1:]), "the answer presses no key"
    assert len(units) <= 2


@pytest.mark.fault("app ends")
@example([b"\x1b\xc0", b"\x1b[1114112u"])
@given(st.lists(st.one_of(st.binary(max_size=12), st.sampled_from((*SEQUENCES, *ANSWERS, b"\x1b[200~")))))
def test_any_bytes_give_what_the_parser_can_bear(pieces: list[bytes]) -> None:
    parser = XTermParser()
    for unit in units_of(*pieces):
        if isinstance(unit, str):
            list(parser.feed(unit))
    stream = InputStream()
    for piece in pieces:
        stream.feed(piece)
    stream.pause(PASTE_SECONDS)
    assert stream.feed(b"q") == ["q"], "whatever came, the next key is a key"
