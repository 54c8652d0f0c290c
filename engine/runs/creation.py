"""Creation of run directories: a run appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.config.loading import write_settings
from engine.errors import MisuseError
from engine.files.storage import (
    OWNER_ONLY,
    cannot_write,
    close_to_others,
    folder_at_once,
    make_folder,
    refuse_if_read_only,
    runs_folder,
)
from engine.runs import sums
from engine.runs.folder import Run, check_name

if TYPE_CHECKING:
    from engine.config.settings import RunSettings

_LEFTOVER = re.compile(r"\..+\.(?:new|removed-\d+)")
"""Names of a run's folder before it is whole and after it was removed."""
LEFTOVER_SECONDS = 3600.0
"""Nobody makes or removes a run for so long."""


def create_run(settings: RunSettings, name: str | None = None, *, among: Path | None = None) -> Run:
    """Create the folder with run.toml in it. The default name is made from corpus and model.

    `among`: its parent folder; by default that of all runs.

    Raises MisuseError when the name is invalid or taken, or the folder cannot be written.
    """
    if name is None:
        return _create_numbered(settings, among or runs_folder())
    among = among or runs_folder()
    check_new_name(name, among)
    try:
        return _create(name, settings, among)
    except FileExistsError:
        raise _taken(name) from None


def check_new_name(name: str, among: Path | None = None) -> None:
    """Raise MisuseError when a new run cannot have this name: it is invalid or taken."""
    check_name(name)
    if os.path.lexists((among or runs_folder()) / name):
        raise _taken(name)


def _taken(name: str) -> MisuseError:
    return MisuseError(
        f"there is a run named {name} already; choose another --name, or resume it with --resume {name}"
    )


def _create_numbered(settings: RunSettings, among: Path) -> Run:
    source = settings.corpus.sources[0] if settings.corpus.sources else "text"
    stem = re.sub(r"[^A-Za-z0-9]+", "-", source.rstrip("/").rpartition("/")[2].split(".")[0]).strip("-")
    family = str(msgspec.to_builtins(settings.model)["family"])
    number = 1
    while True:
        try:
            return _create(f"{stem[:40] or 'text'}-{family}-{number}", settings, among)
        except FileExistsError:
            number += 1


def _create(name: str, settings: RunSettings, among: Path) -> Run:
    """Create the folder under a temporary name, and rename it when it is complete.

    Raises FileExistsError when the name is taken, and MisuseError.
    """
    run = Run(among / name)
    refuse_if_read_only(run.folder)
    make_folder(run.folder.parent)
    close_to_others()
    _sweep(among)
    if os.path.lexists(run.folder):
        raise FileExistsError(name)
    try:
        part = Run(Path(tempfile.mkdtemp(prefix=f".{name}.", suffix=".new", dir=run.folder.parent)))
    except OSError as error:
        raise cannot_write(run.folder, error) from error
    try:
        with folder_at_once(run.folder, part.folder):
            part.checkpoints_folder.mkdir(mode=OWNER_ONLY)
            part.control_folder.mkdir(mode=OWNER_ONLY)
            write_settings(part.settings_path, settings)
            sums.cover(part.folder)
    except UnicodeEncodeError as error:
        raise MisuseError(
            f"the name {error.object!r} is not UTF-8; rename the file or folder first"
        ) from error
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
            raise FileExistsError(name) from error
        raise cannot_write(run.folder, error) from error
    return run


def _sweep(among: Path) -> None:
    """Remove what a kill left of a run that was being made or removed."""
    for folder in among.iterdir():
        with contextlib.suppress(OSError):
            if _LEFTOVER.fullmatch(folder.name) and time.time() - folder.lstat().st_mtime > LEFTOVER_SECONDS:
                shutil.rmtree(folder)
