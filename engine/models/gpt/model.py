"""A GPT behind the one interface of all models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from engine.models.gpt.attention import KeyValueCache
from engine.models.gpt.cuda_graph import GraphDecoder
from engine.models.gpt.decoding import Decoder, pack
from engine.models.gpt.hugging_face import Network, load_network, save_network
from engine.models.interface import LanguageModel, Scores, Session
from engine.models.windows import scoring_windows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

SCORING_TOKENS = 4096
"""Tokens that go through the network at once when a text is scored, unless their scores are too many."""
MOST_SCORES = 1 << 26
"""Held at once: a quarter of a gigabyte in fp32, and a few copies of it while they are normalised."""


class GPT(LanguageModel):
    """Wraps a network; the network may go on being trained."""

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
        """How many of a training window's last positions the network predicts: all of them."""
        return self.context_length

    @property
    def device(self) -> torch.device:
        return next(self.network.parameters()).device

    def session(self) -> GPTSession:
        return GPTSession(self)

    def log_probabilities(
        self, ids: NDArray[np.integer], *, stride: int | None = None
    ) -> NDArray[np.float64]:
        """As the interface says; `stride` as in `scoring_windows`."""
        tokens = torch.from_numpy(np.asarray(ids, dtype=np.int64))
        result = np.empty(max(0, len(ids) - 1))
        windows = list(scoring_windows(len(ids), self.context_length, stride))
        tokens_at_once = min(SCORING_TOKENS, MOST_SCORES // self.vocabulary_size)
        batch = max(1, tokens_at_once // self.context_length)
        was_training = self.network.training
        self.network.eval()
        with torch.inference_mode():
            for group in (windows[i : i + batch] for i in range(0, len(windows), batch)):
                width = max(window.end - window.start for window in group)
                inputs = torch.zeros(len(group), width, dtype=torch.int64)
                targets = torch.zeros(len(group), width, dtype=torch.int64)
                for row, window in enumerate(group):
                    length = window.end - window.start
                    inputs[row, :length] = tokens[window.start : window.end]
                    targets[row, :length] = tokens[window.start + 1 : window.end + 1]
                scores = self.network(inputs.to(self.device)).float()
                chosen = scores.gather(-1, targets.to(self.device).unsqueeze(-1)).squeeze(-1)
                log_p = (chosen - scores.logsumexp(-1)).double().cpu().numpy()  # (windows, width)
                for row, window in enumerate(group):
                    new = slice(window.first - 1 - window.start, window.end - window.start)
                    result[window.first - 1 : window.end] = log_p[row, new]
        self.network.train(was_training)
        return result

    def save(self, folder: Path) -> None:
        save_network(self.network, self._vocabulary_size, self.end_of_text, folder)


class GPTSession(Session):
    """Prefill and decode over one cache. When the context is full, its newer half is fed anew."""

    def __init__(self, model: GPT) -> None:
        config = model.network.config
        self._model = model
        self._network = model.network
        self._cache = KeyValueCache(
            layers=config.layers,
            batch=1,
            kv_heads=config.kv_heads,
            capacity=config.context_length,
            head_width=config.head_width,
            device=model.device,
            dtype=next(model.network.parameters()).dtype,
        )
        self._network.eval()
        self._decoder = self._choose_decoder()
        self.ids: list[int] = []
        self._start = 0
        """Where in `ids` the cache begins."""
        self._scores: Scores | None = None
        """After the last id fed; None when the cache was cut behind it."""

    def feed(self, ids: Sequence[int]) -> Scores:
        self.ids.extend(ids)
        if not self.ids:
            return self._scores_at_start()
        if len(self.ids) - self._start > self._cache.capacity:
            self._slide()
        elif self._scores is None and not ids:
            self._cache.truncate(len(self.ids) - 1 - self._start)
        pending = self.ids[self._start + self._cache.length :]
        if pending or self._scores is None:
            self._scores = self._forward(pending)
        return self._scores

    def rewind(self, ids: Sequence[int]) -> Scores:
        common = 0
        for old, new in zip(self.ids, ids, strict=False):
            if old != new:
                break
            common += 1
        if common < len(self.ids):
            self._scores = None
            if self._start:
                # The cache lacks the text's beginning, which may be in reach again.
                self._start = common = 0
            self._cache.truncate(common)
            self.ids = self.ids[:common]
        return self.feed(list(ids[common:]))

    def _choose_decoder(self) -> Decoder | None:
        """What makes single tokens; None: the network itself."""
        match self._model.device.type:
            case "cpu":
                return pack(self._network)
            case "cuda":
                return GraphDecoder(self._network, self._cache)
            case _:
                return None

    def _slide(self) -> None:
        """Keeps the newest tokens, leaving half of the context free, or less after a long prompt."""
        keep = max(1, self._cache.capacity // 2)
        newest = len(self.ids) - (self._start + self._cache.length)
        if newest > 1:
            keep = min(self._cache.capacity, max(keep, newest))
        self._start = len(self.ids) - keep
        self._cache.truncate(0)

    def _forward(self, ids: Sequence[int]) -> Scores:
        scores: Scores
        with torch.inference_mode():
            if self._decoder and len(ids) == 1:
                return self._decoder.step(ids[0], self._cache).float().cpu().numpy()
            tokens = torch.tensor([list(ids)], device=self._model.device)
            scores = self._network(tokens, self._cache, last_only=True)[0, -1].float().cpu().numpy()
        return scores

    def _scores_at_start(self) -> Scores:
        """With nothing fed a document begins, as it does behind an end-of-text token."""
        fresh = GPTSession(self._model)
        return fresh.feed([self._model.end_of_text])


def load_gpt(folder: Path, device: str | torch.device = "cpu") -> GPT:
    """Raises LilmError when files are damaged."""
    network, vocabulary_size, end_of_text = load_network(folder)
    return GPT(network.to(device), vocabulary_size, end_of_text)
