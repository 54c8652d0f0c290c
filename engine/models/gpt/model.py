"""The GPT as a language model: sessions, batches, log-probabilities of a text, and its checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from engine.models.gpt.decode.batch import GPTBatchSession
from engine.models.gpt.decode.session import GPTSession
from engine.models.gpt.hf_checkpoint import load_network, save_network
from engine.models.interface import LanguageModel
from engine.models.windows import scoring_windows, span_windows

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.models.gpt.network import Network
    from engine.models.windows import Spans, Window

SCORING_TOKENS = 4096
"""Tokens per forward pass when a text is scored, unless their logits need too much memory."""
MOST_LOGITS = 1 << 26
"""Held at once: a quarter of a gigabyte in fp32, and a few copies of it while they are normalised."""


class GPT(LanguageModel):
    """A language model over a network, which may still be training."""

    def __init__(self, network: Network, vocabulary_size: int, end_of_text: int) -> None:
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
        """Number of positions of a training window that have a target: all of them."""
        return self.context_length

    @property
    def device(self) -> torch.device:
        return next(self.network.parameters()).device

    def session(self) -> GPTSession:
        return GPTSession(self)

    def batch_session(self, texts: int) -> GPTBatchSession:
        return GPTBatchSession(self, texts)

    def log_probabilities(
        self, ids: NDArray[np.integer], *, stride: int | None = None
    ) -> NDArray[np.float64]:
        """Log-probabilities of a text, as in the interface; `stride` as in `scoring_windows`."""
        return self._score(ids, list(scoring_windows(len(ids), self.context_length, stride)))

    def span_log_probabilities(self, ids: NDArray[np.integer], spans: Spans) -> NDArray[np.float64]:
        """As the interface says: short documents go through the network side by side."""
        return self._score(ids, list(span_windows(spans, self.context_length)))

    def _score(self, ids: NDArray[np.integer], windows: list[Window]) -> NDArray[np.float64]:
        """ln p of what the windows predict newly, window by window."""
        lengths = np.array([window.end - window.start for window in windows], dtype=np.int64)
        new = np.array([window.end + 1 - window.first for window in windows], dtype=np.int64)
        places = np.cumsum(new) - new
        result = np.empty(int(new.sum()))
        tokens_at_once = min(SCORING_TOKENS, MOST_LOGITS // self.vocabulary_size)
        by_length = np.argsort(-lengths, kind="stable")  # so that little is filled up
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
                    place, length = places[number], lengths[number]
                    result[place : place + new[number]] = log_p[row, length - new[number] : length]
        self.network.train(was_training)
        return result

    def save(self, folder: Path) -> None:
        save_network(self.network, self._vocabulary_size, self.end_of_text, folder)


def load_gpt(folder: Path, device: str | torch.device = "cpu") -> GPT:
    """Load the GPT in a checkpoint's folder. Raises LilmError when files are damaged."""
    network, vocabulary_size, end_of_text = load_network(folder)
    return GPT(network.to(device), vocabulary_size, end_of_text)
