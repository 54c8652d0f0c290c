"""The registry is the one place outside the families' folders that names a family."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from engine.models.registry import FAMILIES, family_of

ROOT = Path(__file__).parents[3]
ALLOWED = {
    "engine/config/presets.py": "presets choose a family",
    "engine/config/sizes.py": "the size dial is the GPT's",
    "engine/interchange/": "formats of other programs are those of one shape of network",
    "engine/studies/baselines.py": "an n-gram of the text is a baseline of every family",
    "engine/studies/counts.py": "counting n-grams of a text needs no model of them",
    "engine/training/evaluation/side_information.py": "a byte n-gram is the spelling model of every family",
}


def families_named_in(source: str) -> set[str]:
    """Return the families whose names are string literals, or whose folders are imported."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant):
            found.add(node.value if isinstance(node.value, str) else "")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("engine.models."):
            found.add((node.module or "").split(".")[2])
    return found & set(FAMILIES)


def test_nothing_else_names_a_family() -> None:
    named = {}
    for package in ("engine", "tui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            name = next(
                (folder for folder in ALLOWED if folder.endswith("/") and name.startswith(folder)), name
            )
            if not name.startswith("engine/models/") and (found := families_named_in(path.read_text())):
                named[name] = found
    assert set(named) == set(ALLOWED), named


@pytest.mark.parametrize(
    "source", ["x = 'gpt'", "from engine.models.ngram.model import NgramModel", "f(family='rnn')"]
)
def test_the_search_finds_names(source: str) -> None:
    assert families_named_in(source)


def test_every_family_is_found_by_its_config() -> None:
    for name, family in FAMILIES.items():
        assert family.name == name
        assert family_of(family.config()) is family
