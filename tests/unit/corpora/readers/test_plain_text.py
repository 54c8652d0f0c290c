"""Plain text is cut at separator lines, however its blocks fall."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.corpora.documents import join_pieces
from engine.corpora.readers.plain_text import SEPARATOR, separate_documents


def documents(*blocks: str) -> list[str]:
    return [document.text for document in join_pieces(separate_documents(blocks))]


def test_a_text_without_separators_is_one_document_and_kept_exactly() -> None:
    assert documents("\n one \n\n two\n\n") == ["\n one \n\n two\n\n"]


def test_blank_lines_around_a_separator_belong_to_it() -> None:
    assert documents(f"one\n\n{SEPARATOR}\n\ntwo\n{SEPARATOR}\n{SEPARATOR}\nthree\n") == [
        "one",
        "two",
        "three\n",
    ]


def test_a_separator_ends_the_last_document_with_or_without_a_line_end() -> None:
    assert documents(f"one\n{SEPARATOR}") == documents(f"one\n{SEPARATOR}\n") == ["one"]


def test_blank_documents_are_none_however_they_arrive() -> None:
    text = f" \n{SEPARATOR}\n\t\n{SEPARATOR}\n one"
    assert documents(text) == documents(*text) == [" one"]


@pytest.mark.parametrize(
    "line", [f"{SEPARATOR} and more", f"more {SEPARATOR}", f" {SEPARATOR}", "<|endoftext|"]
)
def test_a_separator_inside_a_line_is_text(line: str) -> None:
    assert documents(f"one\n{line}\ntwo") == [f"one\n{line}\ntwo"]


@given(
    st.lists(
        st.sampled_from(["one", " ", "\n", SEPARATOR, "<|end", "oftext|>", f"\n{SEPARATOR}\n"]), max_size=12
    ),
    st.data(),
)
def test_where_blocks_begin_does_not_matter(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    blocks = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert documents(*blocks) == documents(*text) == documents(text)
