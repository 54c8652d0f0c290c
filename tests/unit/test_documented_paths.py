"""Files that the documents name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (
    ROOT,
    ROOT / "engine",
    ROOT / "engine/models",
    ROOT / "engine/training/data",
    ROOT / "tests",
    ROOT / ".github",
)
PATH = re.compile(r"`([\w./-]+/[\w.-]+\.py|(?:unit|app|slow)/[\w/]+/)`")


def paths_in(text: str) -> list[str]:
    """Return the Python files, and the folders of tests, that a document names in code font."""
    return PATH.findall(text)


@pytest.mark.parametrize(
    "page", ["README.md", "engine/README.md", ".github/CONTRIBUTING.md", "tests/benchmarks/README.md"]
)
def test_named_files_exist(page: str) -> None:
    named = paths_in((ROOT / page).read_text())
    assert [name for name in named if not any((folder / name).exists() for folder in FOLDERS)] == []


def test_the_search_finds_paths() -> None:
    assert paths_in("see `a/b.py`, `unit/health/` and `word`") == ["a/b.py", "unit/health/"]
