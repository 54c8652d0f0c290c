"""`lilm runs export`: write a model with its tokenizer, or one of them in another program's format."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from engine.errors import LilmError, MisuseError
from engine.files.reading import stat_of
from engine.models.registry import FAMILIES
from engine.runs.checkpoints import FOR_RESUMING, MARKER, choose_checkpoint, damage

if TYPE_CHECKING:
    from pathlib import Path

    from engine.runs.folder import Run


def export(run: Run, step: int, destination: Path) -> None:
    """Write FILE.arpa (the table of an n-gram), FILE.json (the tokenizer for Hugging Face), else a folder.

    Raises MisuseError when the destination exists or the run has no such part, LilmError when it cannot be
    written; a partial export is deleted.
    """
    if stat_of(destination) is not None or os.path.lexists(destination):
        raise MisuseError(f"{destination} exists already; give a new name")
    match destination.suffix:
        case ".json":
            _export_tokenizer(run, destination)
        case suffix if any(suffix in family.exporters() for family in FAMILIES.values()):
            _export_by_family(run, step, destination, suffix)
        case _:
            _export_folder(run, step, destination)


def _export_folder(run: Run, step: int, destination: Path) -> None:
    """Write a checkpoint's model, the tokenizer and run.toml into a folder."""
    _, checkpoint = choose_checkpoint(run, step)
    part = destination.with_name(f".{destination.name}.part")
    try:
        shutil.copytree(checkpoint, part, ignore=lambda _, names: FOR_RESUMING.intersection(names))
        if reason := damage(part, but=FOR_RESUMING):
            raise LilmError(f"the copy of {checkpoint} is damaged: {reason}; check the disk")
        (part / MARKER).unlink()
        for path in map(run.checked, (run.tokenizer_path, run.settings_path)):
            # A GPT's checkpoint has the tokenizer in the form that other libraries read; we read both.
            if not (part / path.name).exists():
                shutil.copyfile(path, part / path.name)
        part.rename(destination)
    except OSError as error:
        reason = error.strerror or str(error)
        raise LilmError(
            f"cannot export to {destination}: {reason}; name a folder that can be written"
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _export_by_family(run: Run, step: int, destination: Path, suffix: str) -> None:
    """Write a format that only some families have."""
    from engine.inference.loading import load_run

    loaded = load_run(run, step, "cpu")
    writer = loaded.family.exporters().get(suffix)
    if writer is None:
        able = " or ".join(family.label for family in FAMILIES.values() if suffix in family.exporters())
        raise MisuseError(
            f"{run.name} is a {loaded.family.label}; a {suffix} file holds an {able}, so name a folder instead"
        )
    names = [loaded.tokenizer.token_text(token) for token in range(loaded.tokenizer.vocabulary_size)]
    writer(loaded.model, names, destination)


def _export_tokenizer(run: Run, destination: Path) -> None:
    from engine.files.storage import write_atomically
    from engine.tokenizers.bpe.hugging_face_files import hugging_face_files
    from engine.tokenizers.saving import load_tokenizer

    tokenizer = load_tokenizer(run.checked(run.tokenizer_path))
    files = hugging_face_files(tokenizer, run.settings().model.context_length)
    if not files:
        raise MisuseError(
            f"the tokenizer of {run.name} has no equivalent in Hugging Face's library: only BPE and bytes have one"
        )
    write_atomically(destination, files["tokenizer.json"])
