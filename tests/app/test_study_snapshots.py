"""Snapshots of studies of a trained run."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from engine.files.storage import runs_folder
from tests.app.service import serve_here
from tests.app.stories.test_studies_story import choose, trained  # noqa: F401  (a fixture)
from tests.app.test_snapshots import LARGE, SMALL, frozen_texts, looks_as_before  # noqa: F401  (fixtures)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.conftest import User


@pytest.mark.parametrize("name", ["temperature", "counts"])
@pytest.mark.parametrize(("size", "theme"), [(SMALL, "dark"), (LARGE, "light")])
def test_a_study_of_n_grams(
    looks_as_before: Any,  # noqa: F811
    trained: Path,  # noqa: F811
    name: str,
    size: tuple[int, int],
    theme: str,
) -> None:
    shutil.copytree(trained, runs_folder())

    async def story(user: User) -> None:
        serve_here(user)
        await user.run_is("bigram", "finished")
        user.app.lab_screen.select("bigram")
        await user.until(lambda: user.app.lab_screen.selected.name == "bigram")
        await user.press("2", "5")
        await choose(user, name, "the")
        await user.sees("--prompt=the" if name == "temperature" else "--context=the")

    assert looks_as_before(story, size, theme)
