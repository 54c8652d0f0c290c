"""A conversation is a tree of turns; its record is the turns in their order, each with the turn before it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tui.lab.conversation import Conversation, Turn, as_markdown

MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(["you", "model", "note"])),
        st.tuples(st.just("cut"), st.integers(0, 9)),
        st.tuples(st.just("show"), st.tuples(st.integers(0, 9), st.sampled_from([-1, 1]))),
    ),
    max_size=30,
)


def texts(conversation: Conversation) -> list[str]:
    return [turn.text for turn in conversation.turns]


@given(MOVES)
def test_the_record_gives_the_same_tree(moves: list[tuple[str, object]]) -> None:
    conversation, record = Conversation(), []
    for kind, what in moves:
        if kind == "add":
            turn = Turn(what, f"{len(record)}", id=f"id{len(record)}")
            conversation.add(turn)
            record.append(turn)
        elif kind == "cut":
            conversation.cut(what)
        elif what[0] < len(conversation.turns):
            conversation.show_sibling(*what)
    again = Conversation([replace(turn) for turn in record])
    if record:
        assert texts(again)[-1] == record[-1].text, "the newest turn is shown"
    known = {turn.id: turn for turn in record}
    for turn in again.turns:
        assert turn.parent == known[turn.id].parent
        place, count = again.siblings(turn)
        assert count == sum(other.parent == turn.parent and other.role == turn.role for other in record)
        assert place < count


def test_a_sibling_comes_with_what_followed_it() -> None:
    conversation = Conversation()
    for role, text in (("you", "hi"), ("model", "hello"), ("you", "more"), ("model", "much")):
        conversation.add(Turn(role, text))
    conversation.cut(1)
    conversation.add(Turn("model", "hey"))
    assert texts(conversation) == ["hi", "hey"]
    assert conversation.siblings(conversation.turns[1]) == (1, 2)
    assert conversation.show_sibling(1, -1)
    assert texts(conversation) == ["hi", "hello", "more", "much"]
    assert not conversation.show_sibling(1, -1)
    assert conversation.show_sibling(1, 1)
    assert texts(conversation) == ["hi", "hey"]


def test_turns_of_earlier_versions_follow_each_other() -> None:
    conversation = Conversation([Turn("you", "a"), Turn("model", "b"), Turn("you", "c")])
    assert texts(conversation) == ["a", "b", "c"]


def test_a_model_that_completes_text_reads_from_the_last_prompt_on() -> None:
    conversation = Conversation(
        [Turn("you", "a"), Turn("model", "b"), Turn("you", "c"), Turn("note", "!"), Turn("model", "d")]
    )
    assert conversation.prompt_of(4) == "c"
    assert conversation.prompt_of(5) == "cd"


def test_markdown_fences_are_longer_than_those_in_the_text() -> None:
    page = as_markdown("fox", [Turn("you", "````"), Turn("note", "cancelled"), Turn("model", "b", step=1200)])
    assert "`````text\n````\n`````" in page
    assert "cancelled" not in page
    assert "Model (step 1,200)" in page
