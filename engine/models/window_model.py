"""Language models over a fixed window: every token is predicted from the tokens of the window before it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from engine.models.interface import Session
from engine.models.neural import NeuralModel
from engine.models.windows import Spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.sampling.tokens import Logits

SCORING_WINDOWS = 8192
"""Windows per forward pass when a text is scored."""


class WindowModel(NeuralModel):
    """A network from ids (B, context length) to logits (B, 1, vocabulary) of the token after each window.

    Before the first token of a text stand end-of-text tokens.
    """

    @property
    def predictions(self) -> int:
        """The network predicts the one token after a window."""
        return 1

    def session(self) -> WindowSession:
        return WindowSession(self)

    def log_probabilities(
        self, ids: NDArray[np.integer], *, stride: int | None = None
    ) -> NDArray[np.float64]:
        """Log-probabilities of a text. Every token sees its whole context, so `stride` changes nothing."""
        one, tokens = np.ones(1, dtype=np.int64), max(1, len(ids))
        return self.span_log_probabilities(ids, Spans(one - 1, one, tokens * one))

    def span_log_probabilities(self, ids: NDArray[np.integer], spans: Spans) -> NDArray[np.float64]:
        """Log-probabilities of spans, as in the interface; before a span's begin stand end-of-text tokens."""
        targets = spans.targets
        begins = np.repeat(spans.begins, spans.lengths)
        result = np.empty(len(targets))
        was_training = self.network.training
        self.network.eval()
        with torch.inference_mode():
            for i in range(0, len(targets), SCORING_WINDOWS):
                part = slice(i, i + SCORING_WINDOWS)
                seen = targets[part, np.newaxis] + np.arange(
                    -self.config.context_length, 0
                )  # (windows, context)
                inputs = ids[np.maximum(seen, 0)].astype(np.int64)
                inputs[seen < begins[part, np.newaxis]] = self.end_of_text
                logits = self.network(torch.from_numpy(inputs).to(self.device))[:, 0].float()
                wanted = torch.from_numpy(ids[targets[part]].astype(np.int64)).to(self.device).unsqueeze(-1)
                log_p = logits.gather(-1, wanted).squeeze(-1) - logits.logsumexp(-1)  # (windows,)
                result[part] = log_p.double().cpu().numpy()
        self.network.train(was_training)
        return result


class WindowSession(Session):
    def __init__(self, model: WindowModel) -> None:
        self._model = model
        self.ids: list[int] = []
        model.network.eval()

    def feed(self, ids: Sequence[int]) -> Logits:
        self.ids.extend(ids)
        length = self._model.config.context_length
        window = self.ids[-length:]
        window = [self._model.end_of_text] * (length - len(window)) + window
        with torch.inference_mode():
            inputs = torch.tensor([window], device=self._model.device)
            logits: Logits = self._model.network(inputs)[0, 0].float().cpu().numpy()
        return logits

    def rewind(self, ids: Sequence[int]) -> Logits:
        self.ids = []
        return self.feed(ids)
