from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import MisuseError
from engine.runs.listing.notes import (
    FILE,
    LONGEST_NOTE,
    read_note,
    tags_of,
    with_tags,
    without_tags,
    write_note,
)
from tests.unit.inference.small_runs import make_run

TAGS = st.lists(st.from_regex(r"[a-z0-9][a-z0-9._-]{0,8}", fullmatch=True), unique=True)


def test_a_note_is_kept_in_the_run_and_an_empty_one_removes_it():
    run = make_run()
    assert read_note(run) == ""
    write_note(run, "  wider, from the paper #baseline ")
    assert read_note(run) == "wider, from the paper #baseline"
    write_note(run, " ")
    assert read_note(run) == ""
    with pytest.raises(MisuseError, match="4,001 characters"):
        write_note(run, "x" * (LONGEST_NOTE + 1))


def test_a_note_that_is_no_text_is_shown_as_far_as_it_can_be():
    run = make_run()
    (run.folder / FILE).write_bytes(b"good \xff #old")
    assert tags_of(read_note(run)) == ("old",)
    (run.folder / FILE).unlink()
    (run.folder / FILE).mkdir()
    assert read_note(run) == ""


@given(st.text(max_size=40), TAGS)
def test_tags_that_are_added_can_be_taken_away(note: str, tags: list[str]):
    tagged = with_tags(note, tags)
    assert set(tags_of(tagged)) == {*tags_of(note), *tags}
    assert with_tags(tagged, tags) == tagged
    left = without_tags(tagged, tags)
    assert set(tags_of(left)) == {*tags_of(note)} - {*tags}
    assert left.split() == [word for word in note.split() if word[:1] != "#" or word[1:] not in tags]


@pytest.mark.parametrize("tag", ["", "two words", "a#b", "-x"])
def test_what_is_no_tag_is_refused(tag: str):
    with pytest.raises(MisuseError, match="cannot be a tag"):
        with_tags("", [tag])
