"""A model family: everything that the rest of LiLM asks of it before a model is in memory.

Each family has one instance, in `family.py` of its own folder, and one line in `registry.py`. These modules import no
torch and no numpy when they are imported: the command line, the form and run directories use them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar, get_args

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    import torch
    from numpy.typing import NDArray

    from engine.models.interface import LanguageModel
    from engine.models.neural import NeuralModel

    Exporter = Callable[[Any, Sequence[str], Path], None]
    """Writer of a model of the family to a new file, given the texts of its tokens."""


class ModelConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="family"):
    """Base of the families' settings: the table `model` of a run, tagged by its key `family`."""

    if TYPE_CHECKING:

        @property
        def context_length(self) -> int:
            """Tokens that a prediction sees: a field, or a property that follows from fields."""


ConfigT = TypeVar("ConfigT", bound=ModelConfig)

WeightFormat = Literal["fp32", "bf16", "int8", "int4"]
"""Formats that a network's weights are rounded to for inference; see `quantization.py`."""
WEIGHT_FORMATS: tuple[WeightFormat, ...] = get_args(WeightFormat)

AUTOMATIC = "automatic"
"""Choice of a form field for a setting of None: the text or the machine decides."""


@dataclass(frozen=True)
class Field:
    """A line of the new-run form. `key` is the setting's name in run.toml, or one of the form's own."""

    key: str
    label: str
    hint: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class SizeEstimate:
    """Size of a counted model before it is built."""

    entries: list[int]
    """n-grams of orders 1, 2, …, n."""
    memory_bytes: int


class Family(ABC, Generic[ConfigT]):
    """Common part of both kinds of families: those that count and those that learn by gradient descent."""

    name: ClassVar[str]
    """Name, as in `--model NAME`."""
    label: ClassVar[str]
    """Display name, as in "a GPT of 1.2M parameters"."""
    unit: ClassVar[str] = "parameters"
    """Unit of a model's size."""
    config: type[ConfigT]
    """Settings of a model of this family."""
    model_types: ClassVar[tuple[str, ...]]
    """Values of `model_type` in config.json that are this family's."""
    fields: ClassVar[tuple[Field, ...]]
    """Lines of the new-run form."""
    can_chat: ClassVar[bool] = False
    """Trains on conversations, with the assistant's words as targets."""
    can_fill: ClassVar[bool] = False
    """Trains on masked tokens, with `causal` false in its config, and then fills them in."""
    carries_tokenizer: ClassVar[bool] = False
    """Checkpoints hold the tokenizer in Hugging Face's format too, so that transformers opens the folder."""

    fits_gguf: ClassVar[bool] = False
    """Its models can be written as a GGUF file, for llama.cpp."""

    @abstractmethod
    def parameter_count(self, config: ConfigT, vocabulary_size: int) -> int | None:
        """Return the number of trained parameters by arithmetic; None where the text decides."""

    @abstractmethod
    def load(self, folder: Path, device: str | torch.device) -> LanguageModel:
        """Load the model in a checkpoint's folder. Raises LilmError when files are damaged."""

    def begin_decoding(self, config: ConfigT, device: str) -> Future[Any] | None:
        """Begin, in the background, what a model must have before it decodes on a device; None: nothing is needed.

        It costs nothing when it is done, as it is after the first time on a machine.
        """
        return None

    def exporters(self) -> dict[str, Exporter]:
        """Writers of other programs' file formats, by the file's suffix."""
        return {}


class CountingFamily(Family[ConfigT]):
    """A family whose models are built from counts of a text, in one pass and without torch."""

    unit = "counts"

    @abstractmethod
    def build(
        self, ids: NDArray[Any], config: ConfigT, vocabulary_size: int, end_of_text: int
    ) -> LanguageModel:
        """Count a text. Raises MisuseError for an empty text and for ids outside the vocabulary."""

    @abstractmethod
    def estimate_size(
        self, ids: NDArray[Any], config: ConfigT, vocabulary_size: int, end_of_text: int
    ) -> SizeEstimate:
        """Estimate the size of the model of a text from the beginning of it."""

    def least_tokens(self, config: ConfigT) -> int:
        """Tokens that a model can be built from."""
        return 1


class NeuralFamily(Family[ConfigT]):
    """A family of networks that are trained by gradient descent."""

    predicts_every_position: ClassVar[bool] = True
    """Every position of a training window has a target; False: only the last one has."""
    separates_documents: ClassVar[bool] = False
    """The network's `forward` takes `end_of_text`, and then no token depends on another document of its window."""

    @abstractmethod
    def build(
        self, config: ConfigT, vocabulary_size: int, end_of_text: int, device: torch.device
    ) -> NeuralModel:
        """Return a model with fresh weights, sampled from torch's global generator on the CPU."""

    def activation_bytes(self, config: ConfigT) -> int:
        """Return about how many bytes training keeps of a token of a window for the backward pass."""
        return 0

    decided_by_vocabulary: ClassVar[tuple[str, ...]] = ()
    """Settings that, left at None, follow from the size of the vocabulary."""

    def settings_without_weights(self, config: ConfigT) -> tuple[str, ...]:
        """Return the settings that a run may choose anew for the weights of its base."""
        return ()

    def config_of_base(self, config: ConfigT, vocabulary_size: int) -> ConfigT:
        """Return the config of a base model with the settings that its vocabulary size decides filled in."""
        return config
