"""A run's model with its tokenizer in a folder, or one of them in another program's format."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from engine.errors import LilmError, MisuseError
from engine.files.reading import stat_of
from engine.files.storage import folder_at_once
from engine.models.gpt.family import GPTConfig
from engine.models.registry import FAMILIES, is_masked
from engine.runs.checkpoints import FOR_RESUMING, MARKER, choose_checkpoint, damage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.interchange.gguf_export import Quantization
    from engine.runs.folder import Run


def export(
    run: Run,
    step: int,
    destination: Path,
    quantization: Quantization | None = None,
    notify: Callable[[str], None] = lambda message: None,
) -> None:
    """Write FILE.gguf (a GPT), FILE.arpa (the table of an n-gram), FILE.json (the tokenizer), else a folder.

    `quantization` is for FILE.gguf (None: f32); `notify` receives what is different in the other program.

    Raises MisuseError when the destination exists or the run has no such part, LilmError when it cannot be
    written; a partial export is deleted.
    """
    if quantization is not None and destination.suffix != ".gguf":
        raise MisuseError(f"--quantize is for a FILE.gguf, and {destination} is not one")
    refuse_existing(destination)
    match destination.suffix:
        case ".json":
            _export_tokenizer(run, destination)
        case ".gguf":
            _export_gguf(run, step, destination, quantization or "f32", notify)
        case suffix if any(suffix in family.exporters() for family in FAMILIES.values()):
            _export_by_family(run, step, destination, suffix)
        case _:
            _export_folder(run, step, destination)


def refuse_existing(destination: Path) -> None:
    """Raise MisuseError for the name of a file, folder or link that exists."""
    if stat_of(destination) is not None or os.path.lexists(destination):
        raise MisuseError(f"{destination} exists already; give a new name")


def _export_folder(run: Run, step: int, destination: Path) -> None:
    """Write a checkpoint's model, the tokenizer and run.toml into a folder."""
    _, checkpoint = choose_checkpoint(run, step)
    try:
        with folder_at_once(destination, destination.with_name(f".{destination.name}.part")) as part:
            shutil.copytree(checkpoint, part, ignore=lambda _, names: FOR_RESUMING.intersection(names))
            if reason := damage(part, but=FOR_RESUMING):
                raise LilmError(f"the copy of {checkpoint} is damaged: {reason}; check the disk")
            (part / MARKER).unlink()
            for path in map(run.checked, (run.tokenizer_path, run.settings_path)):
                # A GPT's checkpoint has the tokenizer in the form that other libraries read; we read both.
                if not (part / path.name).exists():
                    shutil.copyfile(path, part / path.name)
    except OSError as error:
        reason = error.strerror or str(error)
        raise LilmError(
            f"cannot export to {destination}: {reason}; name a folder that can be written"
        ) from error


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


def _export_gguf(
    run: Run, step: int, destination: Path, quantization: Quantization, notify: Callable[[str], None]
) -> None:
    from engine.inference.loading import load_run

    loaded = load_run(run, step, "cpu")
    if not isinstance(loaded.settings.model, GPTConfig):
        raise MisuseError(
            f"the {loaded.family.label} {run.name} does not fit into a .gguf file, which holds a GPT; name a folder"
        )
    if is_masked(loaded.settings.model):
        raise MisuseError(
            f"{run.name} was trained on masked tokens, and llama.cpp runs models that predict the next one; "
            "name a folder"
        )
    from engine.interchange.gguf_export import write_gguf

    write_gguf(loaded, destination, quantization, notify)


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
