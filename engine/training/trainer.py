"""The interface between the training loop and a way of learning: steps, measurements, checkpoints."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.machine.capacity import resident_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.config.settings import RunSettings
    from engine.machine.gpu_readings import GpuReadings
    from engine.models.interface import LanguageModel
    from engine.runs.folder import Run
    from engine.runs.journals.records import AnyEvent
    from engine.training.autotune.plan import Plan
    from engine.training.preparation import Prepared


class NotFiniteError(Exception):
    """The loss or its gradient is NaN or infinite."""

    def __init__(self, step: int) -> None:
        super().__init__(f"the loss of step {step} is NaN or infinite")
        self.step = step
        """The number of the step that went bad, from 0."""


@dataclass(frozen=True)
class Measurement:
    """The steps since the last measurement."""

    train_loss: float
    """Nats per token, the mean over them; infinite where the model called impossible what happened."""
    gradient_norm: float | None = None
    """Before clipping, of the last of them."""


class Trainer(ABC):
    """A model and the way it learns. With several processes, each has one, and all call it in step."""

    model: LanguageModel
    precision: str = "fp32"

    @abstractmethod
    def step(self, step: int, fraction: float, rate_scale: float) -> int:
        """Makes step number `step` (from 0), at a fraction of the budget. Gives the tokens learned from.

        What it does depends on nothing but its state and these numbers. Raises NotFiniteError, with the
        weights as they were, where finding out costs nothing; elsewhere `measure` finds it.
        """

    @abstractmethod
    def measure(self) -> Measurement | None:
        """Waits for the device and reads the losses; None when nothing was learned since the last time.

        Raises NotFiniteError.
        """

    @property
    def parameters(self) -> int:
        """Numbers that are learned, known before the first step."""
        return self.model.parameter_count

    @property
    @abstractmethod
    def learning_rate(self) -> float | None:
        """Of the last step; the first optimizer's."""

    @property
    @abstractmethod
    def tokens_per_epoch(self) -> int: ...

    @property
    def own_fraction(self) -> float | None:
        """Fraction of the work that is done, for trainers that end by themselves and need no budget."""
        return None

    @property
    def memory_bytes(self) -> int:
        """Held now: on the GPU where there is one, else by this process."""
        return resident_bytes()

    def gpu_readings(self) -> GpuReadings | None:
        """Return utilization, memory, temperature and power of its NVIDIA GPUs; None without any."""
        return None

    @abstractmethod
    def settle(
        self,
        run: Run,
        settings: RunSettings,
        prepared: Prepared,
        *,
        resume: bool,
        begin: Callable[[str], None],
        notify: Callable[[str], None],
    ) -> tuple[Plan | None, AnyEvent | None]:
        """Decide how to compute, before the first step: as the resumed run did, or by trial steps.

        Returns the plan, None where there is nothing to decide, and a new estimate, None with a plan that was kept.
        `begin` receives the stage for display. Raises NotFiniteError for weights that are NaN or infinite.
        """

    def evaluated_weights(self) -> AbstractContextManager[None]:
        """Inside, `model` has the weights that count: averaged ones, where there is averaging."""
        return nullcontext()

    @abstractmethod
    def saver(self) -> Callable[[Path], None]:
        """Gathers, in all processes together, what one of them then writes into a folder.

        The writer leaves the model there and whatever `load` needs to continue, to the bit.
        """

    @abstractmethod
    def load(self, folder: Path) -> None:
        """Raises LilmError when files are damaged."""

    def diagnostics(self) -> dict[str, float | None]:
        """Return norms of weights and gradients by layer, after a loss that is not finite."""
        return {}

    def fingerprint(self, step: int) -> str:
        """Names the batch of a step, so that it can be found again."""
        return ""
