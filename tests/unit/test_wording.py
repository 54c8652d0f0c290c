"""Docstrings state what a thing is or does: none opens with a question word."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
QUESTION = re.compile(r"(What|Where|Whether|How|Who|Which|Why)\b")


def docstrings(source: str) -> list[tuple[int, str]]:
    """Return the lines and texts of all docstrings, those of attributes included."""
    found = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Expr))
    return [
        (node.lineno, node.value.value)
        for node in found
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    ]


@pytest.mark.parametrize("package", ["engine", "sample_corpora", "tests", "tui"])
def test_no_docstring_opens_with_a_question_word(package: str) -> None:
    questions = [
        f"{path.relative_to(ROOT)}:{line}: {text.splitlines()[0]}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for line, text in docstrings(path.read_text())
        if QUESTION.match(text.strip())
    ]
    assert questions == []


def test_the_search_finds_docstrings_of_all_kinds() -> None:
    source = '"""What."""\nclass A:\n    """Who."""\n    b = 1\n    """Where."""\n    def c(self):\n        "How."\n'
    assert [text for _, text in docstrings(source)] == ["What.", "Who.", "Where.", "How."]
