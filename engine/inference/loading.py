"""Loading of a run's model of any family, ready for use. Counted models are loaded without torch."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import LilmError, MisuseError
from engine.inference.chat import is_chat
from engine.inference.sampling_defaults import default_sampling
from engine.machine.shortage import require_memory_for_torch
from engine.models.loading import load_model
from engine.models.registry import family_of, learns_by_counting
from engine.runs.checkpoints import complete_steps, read_checkpoint
from engine.runs.folder import Run, find_run, list_runs
from engine.runs.process.status import run_state
from engine.tokenizers import load_tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.config.settings import RunSettings
    from engine.models.family import Family, WeightFormat
    from engine.models.interface import LanguageModel
    from engine.runs.checkpoints import ChosenStep
    from engine.sampling.config import SamplingConfig
    from engine.tokenizers import Tokenizer


@dataclass(frozen=True)
class LoadedModel:
    """A checkpoint, or an exported model, in memory, with its tokenizer."""

    run: Run
    """Of an exported model: its folder, which has settings and no journals."""
    step: int | None
    """Step of the checkpoint; None for an exported model."""
    settings: RunSettings
    tokenizer: Tokenizer
    model: LanguageModel
    device: str
    sampling: SamplingConfig
    """Default of this kind of model."""

    @property
    def family(self) -> Family[Any]:
        return family_of(self.settings.model)

    @property
    def chat(self) -> bool:
        """True when it was trained on conversations; other models complete text."""
        return is_chat(self.tokenizer)

    def begin_decoding(self, notify: Callable[[str], None]) -> None:
        """Notify about what the first session waits for, if there is something."""
        if self.model.is_causal and (work := self.model.begin_decoding()):
            notify(work)


def load_run(
    run: Run | Path | str | None = None,
    step: ChosenStep | None = None,
    device: str = "auto",
    notify: Callable[[str], None] = lambda message: None,
    weights: WeightFormat = "fp32",
) -> LoadedModel:
    """Load a checkpoint of a run as `read_checkpoint` finds it, or an exported model.

    `run` is also the name of a run, the folder of a run or of an exported model, or None for the newest run that
    has a checkpoint. `device` and `weights` as on the command line. `notify` receives the name of that run,
    the reason why the checkpoint is not the newest, and the GPUs that do not work.

    Raises MisuseError when the run, the checkpoint or the device does not exist or the model has no weights to
    round, LilmError when files are damaged.
    """
    found = run if isinstance(run, Run) else _find(run, notify)
    if os.path.isfile(found.folder / "config.json"):
        if step is not None:
            raise MisuseError(f"{found.folder} holds one model, without steps; leave --step out")
        return _load(found, None, found.folder, device, weights, notify)
    return read_checkpoint(
        found, step, lambda chosen, folder: _load(found, chosen, folder, device, weights, notify), notify
    )


def _find(run: Path | str | None, notify: Callable[[str], None]) -> Run:
    if run is None:
        return _newest_trained(notify)
    is_name = isinstance(run, str) and any(run == other.name for other in list_runs())
    if run and not is_name and any(os.path.isfile(Path(run, name)) for name in ("config.json", "run.toml")):
        return Run(Path(run).absolute())
    return find_run(str(run))


def _newest_trained(notify: Callable[[str], None]) -> Run:
    for run in list_runs():
        if complete_steps(run):
            notify(f"no run is named; the newest is {run.name}")
            return run
    raise MisuseError("there is no trained run yet; start one with lilm train")


def _load(
    run: Run,
    step: int | None,
    folder: Path,
    device: str,
    weights: WeightFormat,
    notify: Callable[[str], None],
) -> LoadedModel:
    settings = run.settings()
    family_of(settings.model).begin_decoding(settings.model, device)  # while torch is loaded
    tokenizer = load_tokenizer(run.checked(run.tokenizer_path))
    used_device = "cpu" if learns_by_counting(settings.model) else _choose_device(device, notify)
    model = load_model(folder, used_device)
    if model.vocabulary_size < tokenizer.vocabulary_size:
        raise LilmError(
            f"the model in {folder} has {model.vocabulary_size} tokens and the run's tokenizer "
            f"{tokenizer.vocabulary_size}; its files do not belong together"
        )
    model.prepare_inference(weights)
    return LoadedModel(run, step, settings, tokenizer, model, used_device, default_sampling(folder))


def _choose_device(name: str, notify: Callable[[str], None]) -> str:
    """Device of a network. On a CPU it computes with all cores, or with one while another model trains.

    Threads that wait for busy cores are slower than a single one.
    """
    require_memory_for_torch()
    from engine.machine.devices import choose_device, use_cores

    trains = any(run_state(run) in ("preparing", "training") for run in list_runs())
    use_cores(1 if trains else None)
    return str(choose_device(name, notify))
