"""`lilm corpora`, as a user and as a script call it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from engine import cli
from engine.commands.corpora import MOST_CHARACTERS, character_set
from engine.corpora.cache import remove_stale_parts
from engine.corpora.corpus import open_corpus
from engine.corpora.tokenized import tokenize_corpus
from engine.tokenizers.byte import ByteTokenizer
from tests.privileges import permissions_that_hold

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def lilm(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs `lilm corpora …`; gives the exit code, stdout and stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        code = cli.main(["corpora", *map(str, arguments)])
        return code, *capsys.readouterr()

    return run


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    (file := tmp_path / "Some text.txt").write_text("one two\nthree \x1b[31mred\n" * 20)
    return file


def test_without_an_action_it_lists(lilm: Any) -> None:
    code, out, _ = lilm()
    assert code == 0
    assert out == lilm("list")[1]
    assert "stories" in out
    assert "default" in out


@pytest.mark.parametrize("arguments", [("--json",), ("list", "--json"), ("--json", "list")])
def test_the_list_for_machines(lilm: Any, arguments: tuple[str, ...]) -> None:
    entries = {entry["name"]: entry for entry in objects(lilm(*arguments)[1])}
    assert entries["stories"]["default"] is True
    assert entries["stories"]["bytes"] > 1_000_000


def test_show_gives_facts_and_a_beginning_that_is_safe_to_see(lilm: Any, text: Path) -> None:
    code, out, _ = lilm("show", text, "--preview", 20)
    assert code == 0
    assert "distinct characters  " in out
    assert "one two\nthree ␛[31mr" in out
    assert "\x1b" not in out


def test_show_for_machines(lilm: Any, text: Path) -> None:
    (shown,) = objects(lilm("show", text, "--json", "--preview", 9)[1])
    assert shown["preview"] == "one two\nt"
    assert (shown["lines"], shown["documents"]) == (40, 1)
    assert shown["character_set"] == "".join(sorted(set(text.read_text())))
    assert len(shown["character_set"]) == shown["distinct_characters"]


def test_show_lists_the_distinct_characters_by_code_point(lilm: Any, tmp_path: Path) -> None:
    (file := tmp_path / "a.txt").write_text("ba\n a\x1b")
    assert "\n↵ ␛ ␣ a b\n" in lilm("show", file)[1]
    chinese = "".join(map(chr, range(0x4E00, 0x4E00 + MOST_CHARACTERS + 7)))
    assert character_set(chinese).endswith("and 7 more")


def test_show_says_what_was_left_out(lilm: Any, tmp_path: Path) -> None:
    (file := tmp_path / "a.jsonl").write_text('{"body": "x"}\n{"text": "y"}\nno\n')
    code, out, err = lilm("show", file, "--column", "body")
    assert code == 0
    assert "x" in out
    assert "2 broken records, which were skipped; the first: line 2 has no 'body'" in err


def test_a_text_is_added_shown_and_removed(lilm: Any, text: Path) -> None:
    assert lilm("add", text)[0] == 0
    assert "Some-text" in lilm("list")[1]
    text.unlink()
    assert lilm("show", "Some-text")[0] == 0
    assert lilm("remove", "Some-text")[0] == 0
    assert "Some-text" not in lilm("list")[1]


def test_a_folder_is_added_under_a_name(lilm: Any, text: Path) -> None:
    (text.parent / "b.md").write_text("left out")
    (added,) = objects(lilm("add", text.parent, "--name", "mine", "--include", "*.txt", "--json")[1])
    assert (added["name"], len(added["files"])) == ("mine", 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "nothing"), "there is no corpus, file or folder 'nothing'"),
        (("add", "{text}", "--name", "a/b"), "cannot be a corpus's name"),
        (("add", "{text}", "--name", "stories"), "there is a sample corpus 'stories' already"),
        (("add", "{empty}"), "holds no text"),
        (("add", "stories"), "there is a sample corpus 'stories' already"),
        (("remove", "stories"), "no added corpus 'stories'"),
        (("get", "nothing"), "there is no public text 'nothing'"),
        (("fly",), "invalid choice: 'fly'"),
        (("show",), "required: CORPUS"),
    ],
)
def test_misuse_is_one_sentence_and_changes_nothing(
    lilm: Any, home: Path, text: Path, arguments: tuple[str, ...], message: str
) -> None:
    (empty := text.parent / "empty.txt").write_text("")
    code, out, err = lilm(*(part.format(text=text, empty=empty) for part in arguments))
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert message in err
    assert not (home / "corpora").exists()


def test_public_texts_are_listed(lilm: Any) -> None:
    assert "tinyshakespeare" in lilm("get")[1]
    texts = {text["name"]: text for text in objects(lilm("get", "--json")[1])}
    assert texts["enwik8"]["bytes"] == 100_000_000


def test_the_cache_is_shown_and_emptied(lilm: Any, text: Path) -> None:
    tokenize_corpus(open_corpus([str(text)]), ByteTokenizer(), 0.1)
    (shown,) = objects(lilm("cache", "--json")[1])
    assert shown["bytes"] > 0
    (emptied,) = objects(lilm("cache", "--empty", "--json")[1])
    assert emptied["freed"] == shown["bytes"]
    assert lilm("cache")[1].startswith("0 B in ")


@pytest.mark.fault("unclear")
def test_what_cannot_be_removed_from_the_cache_is_said(lilm: Any, text: Path) -> None:
    tokenized = tokenize_corpus(open_corpus([str(text)]), ByteTokenizer(), 0.1)
    tokenized.folder.chmod(0o500)
    try:
        with permissions_that_hold():
            code, out, error = lilm("cache", "--empty")
            assert (code, out.startswith("freed 0 B")) == (1, True)
            assert "cannot be removed" in error
            remove_stale_parts()
    finally:
        tokenized.folder.chmod(0o700)
