"""Exports of runs: each is a `lilm runs` command in a process of its own, as some need torch."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.children import child_environment, python_command
from engine.errors import LilmError
from engine.files.reading import shown_text
from engine.models.registry import family_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.config.settings import RunSettings


@dataclass(frozen=True)
class Export:
    """A kind of export."""

    title: str
    action: str
    """Of `lilm runs`."""
    suffix: str
    """Of the file or folder, whose name is that of the run."""
    options: tuple[str, ...] = ()

    def command(self, run: str, folder: str) -> tuple[str, ...]:
        """Return the arguments of `lilm` for one run."""
        return ("runs", self.action, run, str(self.path(run, folder)), *self.options)

    def path(self, run: str, folder: str) -> Path:
        return Path(folder).expanduser() / f"{run}{self.suffix}"


PAGE = Export("Markdown page", "report", ".md")
MODEL = Export("model folder", "export", "-model")
EVERY = (
    PAGE,
    Export("metrics, CSV", "export", ".csv"),
    Export("metrics, TensorBoard", "export", "-tensorboard", ("--tensorboard",)),
    MODEL,
    Export("tokenizer.json", "export", ".json"),
)
"""Exports of runs of all families."""


def exports_of(runs: Sequence[RunSettings | None]) -> tuple[Export, ...]:
    """Return the exports that all of these runs have."""
    families = [family_of(settings.model) for settings in runs if settings is not None]
    formats = [{*family.exporters(), *([".gguf"] if family.fits_gguf else [])} for family in families]
    common = set.intersection(*formats) if formats else set()
    return (*EVERY, *(Export(f"model, {suffix[1:].upper()}", "export", suffix) for suffix in sorted(common)))


def run_export(arguments: Sequence[str]) -> None:
    """Run `lilm ARGUMENTS`. Raises LilmError with the last line that it printed when it fails."""
    done = subprocess.run(
        python_command("engine.cli", *arguments),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=child_environment(),
        check=False,
    )
    if done.returncode:
        lines = shown_text(done.stderr).strip().splitlines() or [f"it ended with code {done.returncode}"]
        raise LilmError(lines[-1].removeprefix("lilm: "))
