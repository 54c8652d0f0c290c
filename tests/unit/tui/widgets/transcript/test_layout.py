"""Conversations in rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.transcript.layout import ConversationLayout, LayoutRow, TurnLayout


def test_rows_of_turns() -> None:
    turns = ConversationLayout(width=10)
    assert turns.rows == 0
    turns.add(TurnLayout("you", "a long question"))
    turns.add(TurnLayout("model"))
    assert turns.rows == 4
    assert [turns.row(number) for number in range(4)] == [
        LayoutRow(0, 0),
        LayoutRow(0, 1),
        LayoutRow(0, None),
        LayoutRow(1, 0),
    ]
    assert turns.row_of(0, 3) == 0
    assert turns.row_of(0, 8) == 1
    turns.truncate(1)
    assert turns.rows == 2


def test_an_appended_token_changes_only_the_end() -> None:
    turns = ConversationLayout(width=10)
    turns.add(TurnLayout("you", "hi"))
    turns.add(TurnLayout("model"))
    assert turns.append("once")[1] == 2
    assert turns.append(" upon")[1] == 2
    token, changed = turns.append(" a time")
    assert changed == 2
    assert turns[1].text[token.start : token.end] == " a time"
    assert turns.append(" there")[1] == 3


def test_words_are_found_backward_and_from_the_end_again() -> None:
    turns = ConversationLayout(width=10)
    turns.add(TurnLayout("you", "a Fox"))
    turns.add(TurnLayout("model", "fox (fox)"))
    places: list[tuple[int, int, int] | None] = [None]
    for _ in range(4):
        last = places[-1]
        places.append(turns.find_before("FOX", last and last[:2]))
    assert places[1:] == [(1, 5, 8), (1, 0, 3), (0, 2, 5), (1, 5, 8)]
    assert turns.find_before("(F", None) == (1, 4, 6)
    assert turns.find_before("hen", None) is None


def test_tokens_by_place() -> None:
    turn = TurnLayout("model")
    turn.tokens = [turn.append(piece) for piece in ("once", "", " upon", "\x1b")]
    assert [turn.token_at(offset) for offset in (0, 3, 4, 8, 9, 10)] == [0, 0, 2, 2, 3, None]


@given(
    st.lists(st.text(alphabet="ab \n漢e\u0301\x1b\u202e", max_size=9), max_size=20),
    st.integers(1, 20),
    st.integers(1, 20),
)
def test_streaming_is_the_same_as_all_at_once(pieces: list[str], width: int, other: int) -> None:
    streamed, whole = ConversationLayout(width), ConversationLayout(width)
    streamed.add(TurnLayout("model"))
    for piece in pieces:
        streamed.append(piece)
    turn = TurnLayout("model")
    turn.append("".join(pieces))
    whole.add(turn)
    assert streamed[0].text == whole[0].text
    assert streamed[0].lines == whole[0].lines
    whole.set_width(other)
    streamed.set_width(other)
    assert streamed[0].lines == whole[0].lines
