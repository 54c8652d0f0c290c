"""Loading of a run's model of any family, ready for use. Counted models are loaded without torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.config.loading import read_settings
from engine.errors import LilmError
from engine.inference.chat import is_chat
from engine.inference.temperature import default_temperature
from engine.machine.shortage import require_memory_for_torch
from engine.models.loading import load_model
from engine.models.registry import family_of, learns_by_counting
from engine.runs.checkpoints import read_checkpoint
from engine.runs.folder import Run, find_run, list_runs
from engine.runs.status import run_state
from engine.tokenizers import load_tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.config.settings import RunSettings
    from engine.models.family import Family
    from engine.models.interface import LanguageModel
    from engine.runs.checkpoints import ChosenStep
    from engine.tokenizers import Tokenizer


@dataclass(frozen=True)
class LoadedModel:
    """A checkpoint in memory, with its tokenizer."""

    run: Run
    step: int
    settings: RunSettings
    tokenizer: Tokenizer
    model: LanguageModel
    device: str
    temperature: float
    """Default sampling temperature of this kind of model."""

    @property
    def family(self) -> Family[Any]:
        return family_of(self.settings.model)

    @property
    def chat(self) -> bool:
        """True when it was trained on conversations; other models complete text."""
        return is_chat(self.tokenizer)


def load_run(
    run: Run | str,
    step: ChosenStep | None = None,
    device: str = "auto",
    notify: Callable[[str], None] = lambda message: None,
) -> LoadedModel:
    """Load a checkpoint of a run as `read_checkpoint` finds it. `device` as on the command line.

    `notify` receives the reason why it is not the newest, and the GPUs that do not work.

    Raises MisuseError when the run, the checkpoint or the device does not exist, LilmError when files are
    damaged.
    """
    run = find_run(run) if isinstance(run, str) else run
    return read_checkpoint(
        run, step, lambda chosen, folder: _load(run, chosen, folder, device, notify), notify
    )


def _load(run: Run, step: int, folder: Path, device: str, notify: Callable[[str], None]) -> LoadedModel:
    settings = run.settings()
    tokenizer = load_tokenizer(run.checked(run.tokenizer_path))
    used_device = "cpu" if learns_by_counting(settings.model) else _choose_device(device, notify)
    model = load_model(folder, used_device)
    if model.vocabulary_size < tokenizer.vocabulary_size:
        raise LilmError(
            f"the model in {folder} has {model.vocabulary_size} tokens and the run's tokenizer "
            f"{tokenizer.vocabulary_size}; its files do not belong together"
        )
    return LoadedModel(run, step, settings, tokenizer, model, used_device, default_temperature(folder))


def load_folder(folder: Path, device: str = "auto") -> tuple[LanguageModel, Tokenizer, RunSettings, float]:
    """Load an exported or saved folder: the model, its tokenizer, its settings and its temperature.

    Raises LilmError when files are missing or damaged.
    """
    settings = read_settings(folder / "run.toml")
    used_device = "cpu" if learns_by_counting(settings.model) else _choose_device(device)
    tokenizer = load_tokenizer(folder / "tokenizer.json")
    return load_model(folder, used_device), tokenizer, settings, default_temperature(folder)


def _choose_device(name: str, notify: Callable[[str], None] = lambda message: None) -> str:
    """Device of a network. On a CPU it computes with all cores, or with one while another model trains.

    Threads that wait for busy cores are slower than a single one.
    """
    require_memory_for_torch()
    from engine.machine.devices import choose_device, use_cores

    trains = any(run_state(run) in ("preparing", "training") for run in list_runs())
    use_cores(1 if trains else None)
    return str(choose_device(name, notify))
