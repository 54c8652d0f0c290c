"""Adding and removing corpora: whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.corpora.sources.added import add_corpus, check_new_name, name_for, remove_corpus
from engine.corpora.sources.catalogue import AddedCorpus, added_entries, find_files, resolve
from engine.errors import LilmError, MisuseError
from engine.files.storage import corpora_folder


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "my texts"
    for name in ("a.txt", "more/a.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"in {name}")
    return folder


def test_files_are_copied_as_they_lie_to_each_other(texts: Path) -> None:
    about = AddedCorpus("Title", "what it is", "mine", str(texts), "body")
    add_corpus("mine", find_files(str(texts)), about)
    shutil.rmtree(texts)
    assert [file.path.read_text() for file in resolve("mine")] == ["in a.txt", "in more/a.txt"]
    (entry,) = added_entries()
    assert (entry.name, entry.origin, entry.title, entry.license) == ("mine", "added", "Title", "mine")
    assert (entry.description, entry.source, entry.column) == ("what it is", str(texts), "body")


def test_a_single_file_keeps_its_name(texts: Path) -> None:
    add_corpus("one", find_files(str(texts / "more" / "a.txt")), AddedCorpus())
    assert [file.name for file in resolve("one")] == ["one/a.txt"]


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "-x", "a b", "ü", "x" * 65, "../up"])
def test_names_that_cannot_be_folders_are_refused(name: str) -> None:
    with pytest.raises(MisuseError, match="cannot be a corpus's name"):
        check_new_name(name)


def test_names_that_are_taken_are_refused(texts: Path) -> None:
    add_corpus("mine", find_files(str(texts)), AddedCorpus())
    with pytest.raises(MisuseError, match="there is an added corpus 'mine' already"):
        add_corpus("mine", find_files(str(texts)), AddedCorpus())
    with pytest.raises(MisuseError, match="there is a sample corpus 'stories' already"):
        check_new_name("stories")


def test_when_copying_fails_nothing_is_left(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, target: Path) -> None:
        Path(target).write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(LilmError, match="No space left on device"):
        add_corpus("mine", find_files(str(texts)), AddedCorpus())
    assert list(corpora_folder().iterdir()) == []


def test_a_corpus_can_be_removed(texts: Path) -> None:
    add_corpus("mine", find_files(str(texts)), AddedCorpus())
    remove_corpus("mine")
    assert list(corpora_folder().iterdir()) == []
    assert (texts / "a.txt").exists()
    with pytest.raises(MisuseError, match="there is no added corpus 'mine'; added corpora: none"):
        remove_corpus("mine")


@pytest.mark.parametrize("name", ["stories", "..", "."])
def test_only_what_was_added_can_be_removed(name: str) -> None:
    with pytest.raises(MisuseError, match="no added corpus"):
        remove_corpus(name)


def test_an_entry_that_cannot_be_read_does_not_hide_the_others(texts: Path) -> None:
    add_corpus("mine", find_files(str(texts)), AddedCorpus())
    add_corpus("other", find_files(str(texts)), AddedCorpus())
    (corpora_folder() / "mine" / "corpus.toml").write_text("title = 7")
    assert [entry.name for entry in added_entries()] == ["mine", "other"]
    remove_corpus("mine")


@pytest.mark.parametrize(
    ("path", "name"),
    [("a/My Text (1).txt.gz", "My-Text-1"), ("a/b.c.md", "b.c"), ("a/notes", "notes"), ("ü.txt", "")],
)
def test_names_are_made_from_paths(path: str, name: str) -> None:
    assert name_for(Path(path)) == name


def test_a_folders_name_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder := tmp_path / "novels.v2").mkdir()
    monkeypatch.chdir(folder)
    assert name_for(folder) == name_for(Path()) == "novels.v2"
