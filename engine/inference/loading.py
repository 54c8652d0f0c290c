"""From a run to a model that can be used, of whatever family. n-grams are loaded without torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.config.models import FAMILIES, GPTConfig, MLPConfig, NgramConfig
from engine.errors import LilmError
from engine.inference.chat import is_chat
from engine.inference.temperature import default_temperature
from engine.runs.checkpoints import choose_checkpoint
from engine.runs.folder import Run, find_run, list_runs
from engine.runs.status import run_state
from engine.tokenizers import load_tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.config.models import ModelConfig
    from engine.config.settings import RunSettings
    from engine.models.interface import LanguageModel
    from engine.tokenizers import Tokenizer


@dataclass(frozen=True)
class LoadedModel:
    """A checkpoint in memory with what turns text into its ids."""

    run: Run
    step: int
    settings: RunSettings
    tokenizer: Tokenizer
    model: LanguageModel
    device: str
    temperature: float
    """At which this kind of model is sampled unless told otherwise."""

    @property
    def family(self) -> str:
        return family_of(self.settings.model)

    @property
    def chat(self) -> bool:
        """Whether it was trained on conversations; otherwise it completes text."""
        return is_chat(self.tokenizer)


def load_run(
    run: Run | str,
    step: int | None = None,
    device: str = "auto",
    notify: Callable[[str], None] = lambda message: None,
) -> LoadedModel:
    """The newest whole checkpoint of a run, or the one at `step`. `device` as on the command line.

    `notify` is told of newer ones that are damaged.

    Raises MisuseError when the run, the checkpoint or the device is not there, LilmError when files are
    damaged.
    """
    run = find_run(run) if isinstance(run, str) else run
    while True:
        chosen, folder = choose_checkpoint(run, step, notify)
        try:
            return _load(run, chosen, folder, device)
        except LilmError:
            if step is None and not folder.exists():  # a trainer removed it meanwhile, and has newer ones
                continue
            raise


def _load(run: Run, step: int, folder: Path, device: str) -> LoadedModel:
    settings = run.settings()
    tokenizer = load_tokenizer(run.checked(run.tokenizer_path))
    model, used_device = load_model(folder, settings.model, device)
    if model.vocabulary_size < tokenizer.vocabulary_size:
        raise LilmError(
            f"the model in {folder} has {model.vocabulary_size} tokens and the run's tokenizer "
            f"{tokenizer.vocabulary_size}; its files do not belong together"
        )
    return LoadedModel(run, step, settings, tokenizer, model, used_device, default_temperature(folder))


def family_of(config: ModelConfig) -> str:
    """ngram, mlp or gpt."""
    return next(name for name, family in FAMILIES.items() if isinstance(config, family))


def load_model(folder: Path, config: ModelConfig, device: str = "auto") -> tuple[LanguageModel, str]:
    """The model in a checkpoint's folder, and the device it is on."""
    match config:
        case NgramConfig():
            from engine.models.ngram import load_ngram

            return load_ngram(folder), "cpu"
        case MLPConfig():
            from engine.devices import choose_device
            from engine.models.mlp.model import load_mlp

            _use_free_cores()
            chosen = choose_device(device)
            return load_mlp(folder, chosen), str(chosen)
        case GPTConfig():
            from engine.devices import choose_device
            from engine.models.gpt.model import load_gpt

            _use_free_cores()
            chosen = choose_device(device)
            return load_gpt(folder, chosen), str(chosen)


def _use_free_cores() -> None:
    """All of them, or one while a model learns: threads that wait for taken cores are slower than a single one."""
    from engine.devices import use_cores

    learning = any(run_state(run) in ("preparing", "training") for run in list_runs())
    use_cores(1 if learning else None)
