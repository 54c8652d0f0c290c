"""The RNN as a language model. Its state carries the whole text, so there is no limit to the context."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from engine.models.interface import Session
from engine.models.neural import NeuralModel, load_network, save_network
from engine.models.rnn.family import FAMILY, RNNConfig
from engine.models.rnn.network import RNN
from engine.models.windows import Spans

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

    from engine.sampling.tokens import Logits

SCORING_STEPS = 256
"""Tokens of each text per forward pass when texts are scored; the state is carried over."""
SCORING_LOGITS = 1 << 24
"""Logits per forward pass: 64 MB in fp32."""


class RNNModel(NeuralModel):
    network: RNN

    @property
    def config(self) -> RNNConfig:
        return self.network.config

    @property
    def context_length(self) -> None:
        """The state has no fixed limit; training windows have `config.context_length`."""
        return

    def session(self) -> RNNSession:
        return RNNSession(self)

    def log_probabilities(
        self, ids: NDArray[np.integer], *, stride: int | None = None
    ) -> NDArray[np.float64]:
        """Log-probabilities of a text, read from its first token on, so `stride` changes nothing."""
        one = np.ones(1, dtype=np.int64)
        return self.span_log_probabilities(ids, Spans(one - 1, one, max(1, len(ids)) * one))

    def span_log_probabilities(self, ids: NDArray[np.integer], spans: Spans) -> NDArray[np.float64]:
        """Log-probabilities of spans, as in the interface: spans of similar length share forward passes."""
        result = np.empty(int(spans.lengths.sum()))
        offsets = np.cumsum(spans.lengths) - spans.lengths
        lengths = spans.ends - 1 - spans.begins  # tokens read
        rows = max(1, SCORING_LOGITS // (SCORING_STEPS * self.vocabulary_size))
        by_length = np.argsort(-lengths, kind="stable")
        was_training = self.network.training
        self.network.eval()
        with torch.inference_mode():
            for group in (by_length[i : i + rows] for i in range(0, len(by_length), rows)):
                log_p = self._read(ids, spans.begins[group], lengths[group])
                for row, number in enumerate(group):
                    length, new = lengths[number], spans.lengths[number]
                    result[offsets[number] : offsets[number] + new] = log_p[row, length - new : length]
        self.network.train(was_training)
        return result

    def _read(
        self, ids: NDArray[np.integer], begins: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Log-probabilities of ids[begin + 1:begin + 1 + length] of each text, shape (texts, longest length)."""
        width = int(lengths.max(initial=0))
        tokens = torch.zeros(len(begins), width + 1, dtype=torch.int64)
        for row, (begin, length) in enumerate(zip(begins.tolist(), lengths.tolist(), strict=True)):
            text = np.asarray(ids[begin : begin + length + 1], dtype=np.int64)
            tokens[row, : length + 1] = torch.from_numpy(text)
        found = np.empty((len(begins), width))
        state: Tensor | None = None
        for start in range(0, width, SCORING_STEPS):
            end = min(width, start + SCORING_STEPS)
            logits, state = self.network.read(tokens[:, start:end].to(self.device), state)
            targets = tokens[:, start + 1 : end + 1].to(self.device).unsqueeze(-1)
            log_p = logits.float().log_softmax(-1).gather(-1, targets).squeeze(-1)
            found[:, start:end] = log_p.double().cpu().numpy()
        return found

    def save(self, folder: Path) -> None:
        save_network(self, FAMILY.model_types[0], folder)


class RNNSession(Session):
    """Carries the state of what was read, so that a token costs the same at any length."""

    def __init__(self, model: RNNModel) -> None:
        self.ids: list[int] = []
        self._model = model
        self._state: Tensor | None = None
        self._logits: Logits | None = None
        """Logits after the last id; None before the first."""
        model.network.eval()

    def feed(self, ids: Sequence[int]) -> Logits:
        if not self.ids and not ids:
            return self._read([self._model.end_of_text])[0]
        if ids:
            self.ids.extend(ids)
            self._logits, self._state = self._read(ids)
        assert self._logits is not None
        return self._logits

    def rewind(self, ids: Sequence[int]) -> Logits:
        """Continue where `ids` begin with what was read; states of earlier positions are not kept."""
        read = len(self.ids)
        if list(ids[:read]) != self.ids:
            self.ids, self._state, self._logits, read = [], None, None, 0
        return self.feed(ids[read:])

    def _read(self, ids: Sequence[int]) -> tuple[Logits, Tensor]:
        with torch.inference_mode():
            inputs = torch.tensor([list(ids)], device=self._model.device)
            logits, state = self._model.network.read(inputs, self._state if self.ids else None)
            last: Logits = logits[0, -1].float().cpu().numpy()
        return last, state


def load_rnn(folder: Path, device: str | torch.device = "cpu") -> RNNModel:
    """Load the RNN in a checkpoint's folder. Raises LilmError when files are damaged."""
    network, vocabulary_size, end_of_text = load_network(folder, RNNConfig, RNN)
    return RNNModel(network.to(device), vocabulary_size, end_of_text)
