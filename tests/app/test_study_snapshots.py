"""Snapshots of studies of a trained run."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from engine.files.storage import runs_folder
from engine.studies.results.quantization import AtWeights, QuantizationStudy
from tests.app.service import serve_here
from tests.app.stories.test_studies_story import choose, trained  # noqa: F401  (a fixture)
from tests.app.test_snapshots import LARGE, SMALL, frozen_texts, looks_as_before  # noqa: F401  (fixtures)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.conftest import User

FORMATS = (
    AtWeights(weights="fp32", bytes=15_204_352, tokens_per_second=1204.0, loss=1.3317, changed=0),
    AtWeights(weights="bf16", bytes=7_602_176, tokens_per_second=2180.0, loss=1.3318, changed=3),
    AtWeights(weights="int8", bytes=3_842_048, tokens_per_second=3304.0, loss=1.3325, changed=11),
    AtWeights(weights="int4", bytes=2_138_112, tokens_per_second=3120.0, loss=1.3911, changed=94),
)


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


@pytest.mark.parametrize("name", ["batches", "quantization"])
@pytest.mark.parametrize(("size", "theme"), [(SMALL, "dark"), (LARGE, "light")])
def test_a_study_of_a_network(
    looks_as_before: Any,  # noqa: F811
    trained: Path,  # noqa: F811
    name: str,
    size: tuple[int, int],
    theme: str,
) -> None:
    """Speeds and losses are given: those that are measured differ between machines."""
    shutil.copytree(trained, runs_folder())
    study = QuantizationStudy(scored=20_000, decoded=1000, formats=FORMATS)

    async def story(user: User) -> None:
        service = serve_here(user)
        service.prepared = {"quantization": msgspec.json.encode(study).decode()}
        await user.run_is("fox", "finished")
        user.app.lab_screen.select("fox")
        await user.until(lambda: user.app.lab_screen.selected.name == "fox")
        await user.press("2", "5")
        await choose(user, name)
        await user.sees("8 bits" if name == "quantization" else "Window 1 is 48 examples")

    assert looks_as_before(story, size, theme)
