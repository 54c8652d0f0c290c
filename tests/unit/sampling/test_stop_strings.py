from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import MisuseError
from engine.sampling.stop_strings import StopStrings

texts = st.text("ab\n", max_size=12)
stops = st.lists(st.text("ab\n", min_size=1, max_size=4), max_size=3)


@given(st.lists(texts, max_size=8), stops)
def test_the_text_is_cut_before_the_first_stop_string_wherever_pieces_end(pieces, stop):
    filtered = StopStrings(stop)
    got = "".join(filtered.push(piece) for piece in pieces) + filtered.finish()
    grown = ""
    for character in "".join(pieces):
        grown += character
        complete = [one for one in stop if grown.endswith(one)]
        if complete:
            assert filtered.found
            assert got == grown.removesuffix(max(complete, key=len))
            return
    assert not filtered.found
    assert got == grown


@given(st.lists(texts, max_size=8), stops)
def test_only_what_may_become_a_stop_string_is_held_back(pieces, stop):
    filtered = StopStrings(stop)
    shown = read = ""
    for piece in pieces:
        read += piece
        shown += filtered.push(piece)
        held = read[len(shown) :]
        if filtered.found:
            return
        assert not held or any(one.startswith(held) and one != held for one in stop)


def test_nothing_comes_after_a_stop_string():
    filtered = StopStrings(["\n\n"])
    assert [filtered.push(text) for text in ("one\n", "two\n", "\nthree", "four")] == ["one", "\ntwo", "", ""]
    assert filtered.found
    assert filtered.finish() == ""


def test_an_empty_stop_string_is_refused():
    with pytest.raises(MisuseError, match="empty"):
        StopStrings(["a", ""])
