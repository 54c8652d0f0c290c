"""A model from elsewhere as a finished run, which can be sampled, evaluated, and trained further with `--from`."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.config.settings import RunSettings
from engine.errors import MisuseError
from engine.files.reading import stat_of
from engine.inference.chat_template import tokenizer_files
from engine.inference.loading import load_run
from engine.models.registry import family_of
from engine.runs.checkpoints import write_checkpoint
from engine.runs.creation import create_run
from engine.runs.folder import Run, find_run, list_runs, remove_run
from engine.runs.journals.records import Finished, Started
from engine.runs.sums import write_covered
from engine.tokenizers.bpe.tokenizer import BpeTokenizer
from engine.tokenizers.saving import tokenizer_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.models.interface import LanguageModel
    from engine.tokenizers.interface import Tokenizer


def import_run(
    source: Path, name: str | None = None, notify: Callable[[str], None] = lambda message: None
) -> Run:
    """Create a run with the model of an exported folder, a folder in Hugging Face's format, or a GGUF file.

    The default name is the source's. `notify` receives what LiLM computes otherwise. Raises MisuseError when there
    is no such source or the name cannot be used, LilmError when the model is damaged or LiLM has no model of its
    shape.
    """
    model, tokenizer, settings = _read(source, notify)
    stem = source.absolute().name.removesuffix(".gguf")
    name = name or re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-._")[:80] or "imported"
    if any(name == other.name for other in list_runs()):
        raise MisuseError(
            f"there is a run named {name} already; use it if it is this model, or import with another --name"
        )
    run = create_run(settings, name)
    try:
        _fill(run, model, tokenizer)
    except BaseException:
        remove_run(run)
        raise
    return run


def base_run(base: str, notify: Callable[[str], None]) -> Run:
    """Return the run to start from: by its name, or imported from a folder or a GGUF file.

    `notify` receives the name of an imported run. Raises as `find_run` and `import_run`.
    """
    is_run = any(base == run.name for run in list_runs())
    if is_run or not base or not os.path.exists(base):
        return find_run(base)
    run = import_run(Path(base), notify=notify)
    notify(f"{base} is now the run {run.name}")
    return run


def _read(source: Path, notify: Callable[[str], None]) -> tuple[LanguageModel, Tokenizer, RunSettings]:
    if stat_of(source) is None:
        raise MisuseError(f"there is no {source}; name a folder or a GGUF file")
    if os.path.isfile(source / "run.toml"):
        loaded = load_run(source, device="cpu")
        # Its own base is not here.
        return loaded.model, loaded.tokenizer, msgspec.structs.replace(loaded.settings, base=None)
    if source.is_dir() and not os.path.isfile(source / "config.json"):
        raise MisuseError(
            f"{source} holds no model: it has neither run.toml nor config.json; name a folder that LiLM or "
            "transformers wrote, or a GGUF file"
        )
    from engine.interchange.foreign_gpt import read_gguf, read_hugging_face

    model, tokenizer = read_hugging_face(source, notify) if source.is_dir() else read_gguf(source)
    kind = f"bpe:{tokenizer.vocabulary_size}" if isinstance(tokenizer, BpeTokenizer) else tokenizer.kind
    return model, tokenizer, RunSettings(model=model.config, tokenizer=kind)


def _fill(run: Run, model: LanguageModel, tokenizer: Tokenizer) -> None:
    """Write the tokenizer, the checkpoint of step 0 and the events of a run that has ended."""
    write_covered(run.folder, run.tokenizer_path.name, tokenizer_file(tokenizer))
    config = run.settings().model

    def write_files(folder: Path) -> None:
        model.save(folder)
        if family_of(config).carries_tokenizer:
            for name, content in tokenizer_files(tokenizer, config.context_length or 0).items():
                (folder / name).write_bytes(content)

    write_checkpoint(run, 0, write_files)
    now = time.time()
    run.record_event(
        Started(
            time=now,
            device="cpu",
            precision="fp32",
            parameters=model.parameter_count,
            vocabulary_size=model.vocabulary_size,
            train_tokens=0,
            validation_tokens=0,
        )
    )
    run.record_event(
        Finished(
            time=now, run=run.name, step=0, val_loss=None, val_bpb=None, seconds=0.0, tokens_per_second=0.0
        )
    )
