"""The user's note on a run, in note.txt of its folder. Words of it that begin with # are the run's tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.errors import LilmError, MisuseError
from engine.files.reading import read_bytes, shown_text, well_formed
from engine.files.storage import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.runs.folder import Run

FILE = "note.txt"
LONGEST_NOTE = 4000
"""Characters."""
_LARGEST_FILE = 1 << 16
"""Bytes."""
_TAG = re.compile(r"(?<!\S)#([\w][\w.-]*)(?!\S)")


def read_note(run: Run) -> str:
    """Return the note; empty when there is none or it cannot be read."""
    try:
        return shown_text(read_bytes(run.folder / FILE, limit=_LARGEST_FILE)).strip()
    except LilmError:
        return ""


def check_note(note: str) -> None:
    """Raise MisuseError for a note that is too long."""
    if len(note) > LONGEST_NOTE:
        raise MisuseError(f"the note has {len(note):,} characters; {LONGEST_NOTE:,} are allowed")


def write_note(run: Run, note: str) -> None:
    """Replace the note; an empty one removes it. Raises MisuseError, also when the folder cannot be written."""
    check_note(note)
    write_atomically(
        run.folder / FILE, well_formed(note.strip()) + "\n" if note.strip() else "", parents=False
    )


def tags_of(note: str) -> tuple[str, ...]:
    """Return the tags of a note without #, in order, each once.

    >>> tags_of("wider, and longer #baseline #2026-11")
    ('baseline', '2026-11')
    """
    return tuple(dict.fromkeys(_TAG.findall(note)))


def with_tags(note: str, tags: Iterable[str]) -> str:
    """Return the note with tags added that it does not have. Raises MisuseError for what is no tag."""
    return " ".join(filter(None, [note, *(f"#{tag}" for tag in _checked(tags) if tag not in tags_of(note))]))


def without_tags(note: str, tags: Iterable[str]) -> str:
    """Return the note without these tags. Raises MisuseError for what is no tag."""
    removed = {f"#{tag}" for tag in _checked(tags)}
    return "".join(part for part in re.split(r"(\s*\S+)", note) if part.strip() not in removed).strip()


def change_tags(note: str, tags: str) -> str:
    """Return the note with the tags of a text like `baseline -old`: the first added, the second removed."""
    words = tags.split()
    removed = [word[1:] for word in words if word.startswith("-")]
    return with_tags(without_tags(note, removed), [word for word in words if not word.startswith("-")])


def _checked(tags: Iterable[str]) -> list[str]:
    plain = [tag.removeprefix("#") for tag in tags]
    for tag in plain:
        if not _TAG.fullmatch(f"#{tag}"):
            raise MisuseError(f"{tag!r} cannot be a tag; use letters, digits, dots, dashes and underscores")
    return plain
