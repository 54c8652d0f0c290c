"""Resolution of a CORPUS argument."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from engine.corpora.corpus import open_corpus
from engine.corpora.readers.file_kinds import CorpusFile
from engine.corpora.sources.added import add_corpus
from engine.corpora.sources.catalogue import AddedCorpus, CatalogueEntry, resolve, sample_entries
from engine.errors import MisuseError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    for name in ("b.txt", "a.md", "drafts/c.txt", "drafts/d.py", "picture.png", ".hidden.txt", ".git/e.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"in {name}")
    return folder


def names(argument: Path | str, **patterns: Any) -> list[str]:
    return [os.path.basename(file.path) for file in resolve(str(argument), **patterns)]


def test_every_sample_corpus_can_be_read() -> None:
    samples = sample_entries()
    assert sum(entry.default for entry in samples) == 1
    for entry in samples:
        assert entry.title
        assert entry.license
        assert open_corpus([entry.name]).notes == ()


def test_a_file_is_itself(texts: Path) -> None:
    (file,) = resolve(str(texts / "b.txt"), column="body")
    assert file == CorpusFile(texts / "b.txt", str(texts / "b.txt"), "body")


def test_a_folder_is_its_text_files_in_order_without_hidden_ones(texts: Path) -> None:
    assert names(texts) == ["a.md", "b.txt", "c.txt", "d.py"]
    assert resolve(str(texts))[2].name == f"{texts}/drafts/c.txt"


@pytest.mark.parametrize(
    ("include", "exclude", "found"),
    [
        (["*.txt"], [], ["b.txt", "c.txt"]),
        (["*.png"], [], ["picture.png"]),
        ([], ["drafts/*"], ["a.md", "b.txt"]),
        (["*.txt", "*.md"], ["b.*"], ["a.md", "c.txt"]),
    ],
)
def test_patterns_choose_in_folders(
    texts: Path, include: list[str], exclude: list[str], found: list[str]
) -> None:
    assert names(texts, include=include, exclude=exclude) == found


def test_a_glob_is_its_matches(texts: Path) -> None:
    assert names(texts / "*.txt") == ["b.txt"]
    assert names(texts / "**" / "*.txt") == ["b.txt", "c.txt"]


def test_a_name_with_brackets_is_a_file_before_it_is_a_glob(texts: Path) -> None:
    (texts / "a[1].txt").write_text("x")
    assert names(texts / "a[1].txt") == ["a[1].txt"]


def test_an_added_corpus_is_found_by_its_name(texts: Path) -> None:
    file = CorpusFile(texts / "b.txt", "b", None)
    add_corpus("mine", [file], AddedCorpus(column="body"))
    (found,) = resolve("mine")
    assert found.path.read_text() == "in b.txt"
    assert (found.name, found.column) == ("mine/b.txt", "body")


def test_a_name_comes_before_a_file_that_is_called_like_it(
    texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(texts)
    (texts / "stories").write_text("a file")
    assert resolve("stories")[0].path != texts / "stories"
    assert resolve("./stories")[0].path.read_text() == "a file"


def test_a_name_that_two_corpora_have_is_refused(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_corpus("mine", [CorpusFile(texts / "b.txt", "b")], AddedCorpus())
    shipped_later = CatalogueEntry("mine", "sample", texts / "a.md")
    monkeypatch.setattr("engine.corpora.sources.catalogue.sample_entries", lambda: [shipped_later])
    with pytest.raises(MisuseError, match="both a sample corpus and an added one"):
        resolve("mine")


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("storys", r"no corpus, file or folder 'storys', did you mean 'stories'\?"),
        ("zzz", "corpora at hand: .*stories"),
        ("/nowhere/*.txt", r"no file matches '/nowhere/\*.txt'"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(argument: str, message: str) -> None:
    with pytest.raises(MisuseError, match=message):
        resolve(argument)


def test_a_folder_without_texts_is_refused(tmp_path: Path, texts: Path) -> None:
    (empty := tmp_path / "empty").mkdir()
    with pytest.raises(MisuseError, match=r"holds no text files$"):
        resolve(str(empty))
    with pytest.raises(MisuseError, match="holds no text files that match"):
        resolve(str(texts), include=["*.nothing"])


def test_a_folder_that_cannot_be_read_is_refused(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def refuse(path: str) -> Any:
        if str(path).endswith("drafts"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(MisuseError, match=r"cannot read the folder .*drafts: Permission denied"):
        resolve(str(texts))
