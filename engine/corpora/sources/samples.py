"""The corpora that ship with the package. The app's first frame lists them, so this module imports little."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

import sample_corpora

FOLDER = Path(sample_corpora.__file__).parent


class Sample(NamedTuple):
    """Entry of the catalogue."""

    name: str
    file: str
    title: str = ""
    description: str = ""
    license: str = ""
    default: bool = False

    @property
    def path(self) -> Path:
        return FOLDER / self.file


def samples() -> list[Sample]:
    """Return the sample corpora in the order of their catalogue."""
    with open(FOLDER / "catalogue.toml", "rb") as file:
        return [Sample(**entry) for entry in tomllib.load(file)["corpus"]]
