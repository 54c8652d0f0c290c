"""Base of all models that are networks over ids: bulk scoring in windows, and a checkpoint's folder."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, TypeVar

import msgspec
import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import nn

from engine.errors import LilmError, UnreadableError
from engine.files.storage import indented_json
from engine.models.interface import LanguageModel
from engine.models.quantization import round_weights
from engine.models.weights import build_for, read_description, read_weights
from engine.models.windows import scoring_windows, span_windows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.models.family import ModelConfig, WeightFormat
    from engine.models.windows import Spans, Window

SCORING_TOKENS = 4096
"""Tokens per forward pass when a text is scored, unless their logits need too much memory."""
MOST_LOGITS = 1 << 26
"""Held at once: a quarter of a gigabyte in fp32, and a few copies of it while they are normalized."""

ConfigT = TypeVar("ConfigT", bound="ModelConfig")
NetworkT = TypeVar("NetworkT", bound=nn.Module)


class NeuralModel(LanguageModel):
    """A language model over a network, which may still be training.

    The network maps ids (B, T) to logits (B, T, vocabulary), or to (B, 1, vocabulary) of the last position alone.
    """

    def __init__(self, network: nn.Module, vocabulary_size: int, end_of_text: int) -> None:
        self.network = network
        self.end_of_text = end_of_text
        self._vocabulary_size = vocabulary_size

    @property
    @abstractmethod
    def config(self) -> ModelConfig: ...

    @property
    def vocabulary_size(self) -> int:
        return self._vocabulary_size

    @property
    def context_length(self) -> int | None:
        return self.config.context_length

    @property
    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.network.parameters())

    @property
    def predictions(self) -> int:
        """Number of last positions of a training window that have a target: by default all."""
        return self.config.context_length

    @property
    def device(self) -> torch.device:
        return next(self.network.parameters()).device

    def prepare_inference(self, weights: WeightFormat) -> None:
        round_weights(self.network, weights)

    def log_probabilities(
        self, ids: NDArray[np.integer], *, stride: int | None = None
    ) -> NDArray[np.float64]:
        """Log-probabilities of a text, as in the interface; `stride` as in `scoring_windows`."""
        return self._score(ids, list(scoring_windows(len(ids), self.config.context_length, stride)))

    def span_log_probabilities(self, ids: NDArray[np.integer], spans: Spans) -> NDArray[np.float64]:
        """Log-probabilities of spans, as in the interface: short documents share a forward pass."""
        return self._score(ids, list(span_windows(spans, self.config.context_length)))

    def _score(self, ids: NDArray[np.integer], windows: list[Window]) -> NDArray[np.float64]:
        """Log-probabilities of the tokens that the windows predict newly, window by window."""
        lengths = np.array([window.end - window.start for window in windows], dtype=np.int64)
        new = np.array([window.end + 1 - window.first for window in windows], dtype=np.int64)
        offsets = np.cumsum(new) - new
        result = np.empty(int(new.sum()))
        tokens_at_once = min(SCORING_TOKENS, MOST_LOGITS // self.vocabulary_size)
        by_length = np.argsort(-lengths, kind="stable")  # so that there is little padding
        was_training = self.network.training
        self.network.eval()
        with torch.inference_mode():
            while len(by_length):
                width = int(lengths[by_length[0]])
                group, by_length = np.split(by_length, [max(1, tokens_at_once // width)])
                inputs, targets = torch.zeros(2, len(group), width, dtype=torch.int64)
                for row, number in enumerate(group):
                    window, length = windows[number], lengths[number]
                    content = np.asarray(ids[window.start : window.end + 1], dtype=np.int64)
                    inputs[row, :length] = torch.from_numpy(content[:-1])
                    targets[row, :length] = torch.from_numpy(content[1:])
                logits = self.network(inputs.to(self.device)).float()
                chosen = logits.gather(-1, targets.to(self.device).unsqueeze(-1)).squeeze(-1)
                log_p = (chosen - logits.logsumexp(-1)).double().cpu().numpy()  # (windows, width)
                for row, number in enumerate(group):
                    offset, length = offsets[number], lengths[number]
                    result[offset : offset + new[number]] = log_p[row, length - new[number] : length]
        self.network.train(was_training)
        return result


def save_network(model: NeuralModel, model_type: str, folder: Path) -> None:
    """Write config.json and model.safetensors of a family that has no format elsewhere."""
    described = {
        "model_type": model_type,
        "vocab_size": model.vocabulary_size,
        "eos_token_id": model.end_of_text,
        "lilm": msgspec.to_builtins(model.config),
    }
    (folder / "config.json").write_bytes(indented_json(described))
    weights = {
        name: tensor.detach().cpu().contiguous() for name, tensor in model.network.state_dict().items()
    }
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def load_network(
    folder: Path, config_type: type[ConfigT], make_network: Callable[[ConfigT, int], NetworkT]
) -> tuple[NetworkT, int, int]:
    """Read what `save_network` wrote: the network, its vocabulary size and its end-of-text id.

    Raises LilmError when files are missing or damaged.
    """
    try:
        saved = read_description(folder, config_type)
        weights = read_weights(folder / "model.safetensors")
        network = build_for(weights, lambda: make_network(saved.lilm, saved.vocab_size))
        network.load_state_dict(weights)
    except (UnreadableError, OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise LilmError(f"cannot load the model in {folder}: {error}") from error
    return network, saved.vocab_size, saved.eos_token_id
