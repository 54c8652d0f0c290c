"""The sample corpora: what is committed is what the generators make, and the catalogue knows it."""

from __future__ import annotations

import ast
import doctest
import tomllib
from collections import Counter
from itertools import pairwise

import pytest

from sample_corpora.making.__main__ import MAKERS
from tests.unit.sample_corpora.texts import documents, text_of


def test_catalogue_names_every_file_once() -> None:
    entries = tomllib.loads(text_of("catalogue.toml"))["corpus"]
    assert {entry["file"] for entry in entries} == set(MAKERS)
    assert [entry["name"] for entry in entries if entry.get("default")] == ["stories"]
    for entry in entries:
        assert set(entry) - {"default"} == {"name", "file", "title", "description", "license"}
        assert "\n" not in entry["description"]


@pytest.mark.parametrize("name", ["verses.txt", "code.txt", "hello.txt"])
def test_generating_gives_the_committed_bytes(name: str) -> None:
    assert MAKERS[name]() == text_of(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["stories.txt.gz", "dialogues.jsonl.gz"])
def test_generating_gives_the_committed_bytes_of_the_large_ones(name: str) -> None:
    assert MAKERS[name]() == text_of(name)


def test_verses_come_in_quatrains() -> None:
    poems = documents("verses.txt")
    lines = [line for poem in poems for line in poem.split("\n") if line]
    assert 400 <= len(lines) <= 700
    for poem in poems:
        assert all(len(stanza.split("\n")) == 4 for stanza in poem.split("\n\n"))


def test_code_is_python_whose_examples_run() -> None:
    functions = documents("code.txt")
    assert 300 <= len(functions) == len(set(functions)) <= 500
    for source in functions:
        (definition,) = ast.parse(source).body
        assert isinstance(definition, ast.FunctionDef | ast.ClassDef)
        names: dict[str, object] = {}
        exec(compile(source, "<code.txt>", "exec"), names)
        explained = ast.get_docstring(definition)
        assert explained
        examples = doctest.DocTestParser().get_doctest(explained, names, definition.name, None, 0)
        assert examples.examples
        assert doctest.DocTestRunner(verbose=False).run(examples).failed == 0


def test_hello_says_the_same_words_again_and_again() -> None:
    words = text_of("hello.txt").split()
    assert len(text_of("hello.txt").splitlines()) == 12
    assert len(words) / len(set(words)) > 4


def test_hello_has_uneven_counts() -> None:
    """Temperature can be seen only where some words follow more often than others."""
    words = text_of("hello.txt").split()
    counts = Counter(after for word, after in pairwise(words) if word == "hello")
    assert len(counts) >= 8
    (_, most), (_, second) = counts.most_common(2)
    assert most > second > min(counts.values()) == 1
