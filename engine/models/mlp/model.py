"""The MLP behind the one interface of all models, and its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from engine.config.models import MLPConfig
from engine.errors import LilmError
from engine.models.interface import LanguageModel, Session
from engine.models.mlp.network import MLP
from engine.models.windows import Spans

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.sampling.tokens import Logits

SCORING_WINDOWS = 8192
"""Windows that go through the network at once when a text is scored."""


class MLPModel(LanguageModel):
    """Wraps a network. What lies before the text's first token is end-of-text tokens."""

    def __init__(self, network: MLP, vocabulary_size: int, end_of_text: int) -> None:
        self.network = network
        self.end_of_text = end_of_text
        self._vocabulary_size = vocabulary_size

    @property
    def vocabulary_size(self) -> int:
        return self._vocabulary_size

    @property
    def context_length(self) -> int:
        return self.network.config.context_length

    @property
    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.network.parameters())

    @property
    def predictions(self) -> int:
        """How many of a training window's last positions the network predicts: the one behind it."""
        return 1

    @property
    def device(self) -> torch.device:
        return self.network.embedding.weight.device

    def session(self) -> MLPSession:
        return MLPSession(self)

    def log_probabilities(self, ids: NDArray[np.integer]) -> NDArray[np.float64]:
        """Every token sees its whole context, so nothing depends on where windows begin."""
        one, tokens = np.ones(1, dtype=np.int64), max(1, len(ids))
        return self.span_log_probabilities(ids, Spans(one - 1, one, tokens * one))

    def span_log_probabilities(self, ids: NDArray[np.integer], spans: Spans) -> NDArray[np.float64]:
        """As the interface says; what lies before a span's begin is end-of-text."""
        targets = spans.targets
        begins = np.repeat(spans.begins, spans.lengths)
        result = np.empty(len(targets))
        was_training = self.network.training
        self.network.eval()
        with torch.inference_mode():
            for i in range(0, len(targets), SCORING_WINDOWS):
                part = slice(i, i + SCORING_WINDOWS)
                seen = targets[part, np.newaxis] + np.arange(-self.context_length, 0)  # (windows, context)
                inputs = ids[np.maximum(seen, 0)].astype(np.int64)
                inputs[seen < begins[part, np.newaxis]] = self.end_of_text
                logits = self.network(torch.from_numpy(inputs).to(self.device))[:, 0].float()
                wanted = torch.from_numpy(ids[targets[part]].astype(np.int64)).to(self.device).unsqueeze(-1)
                log_p = logits.gather(-1, wanted).squeeze(-1) - logits.logsumexp(-1)  # (windows,)
                result[part] = log_p.double().cpu().numpy()
        self.network.train(was_training)
        return result

    def save(self, folder: Path) -> None:
        described = {
            "model_type": "lilm-mlp",
            "vocab_size": self._vocabulary_size,
            "eos_token_id": self.end_of_text,
            "lilm": msgspec.to_builtins(self.network.config),
        }
        text = msgspec.json.format(msgspec.json.encode(described), indent=2)
        (folder / "config.json").write_bytes(text + b"\n")
        weights = {
            name: tensor.detach().cpu().contiguous() for name, tensor in self.network.state_dict().items()
        }
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


class MLPSession(Session):
    def __init__(self, model: MLPModel) -> None:
        self._model = model
        self.ids: list[int] = []
        model.network.eval()

    def feed(self, ids: Sequence[int]) -> Logits:
        self.ids.extend(ids)
        length = self._model.context_length
        window = self.ids[-length:]
        window = [self._model.end_of_text] * (length - len(window)) + window
        with torch.inference_mode():
            inputs = torch.tensor([window], device=self._model.device)
            logits: Logits = self._model.network(inputs)[0, 0].float().cpu().numpy()
        return logits

    def rewind(self, ids: Sequence[int]) -> Logits:
        self.ids = []
        return self.feed(ids)


def load_mlp(folder: Path, device: str | torch.device = "cpu") -> MLPModel:
    """Raises LilmError when files are damaged."""
    try:
        described = msgspec.json.decode((folder / "config.json").read_bytes(), type=dict[str, Any])
        config = msgspec.convert(described["lilm"], MLPConfig)
        network = MLP(config, int(described["vocab_size"]))
        network.load_state_dict(load_file(folder / "model.safetensors"))
        model = MLPModel(network.to(device), int(described["vocab_size"]), int(described["eos_token_id"]))
    except (OSError, KeyError, ValueError, RuntimeError, msgspec.DecodeError, SafetensorError) as error:
        raise LilmError(f"cannot load the model in {folder}: {error}") from error
    return model
