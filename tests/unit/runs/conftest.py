from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs, corpora and caches of a test are its own."""
    monkeypatch.setenv("LILM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
