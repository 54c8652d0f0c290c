"""A GPT without the causal mask, trained on masked tokens (Devlin et al. 2018, BERT).

It predicts a token from those on both sides of it, so it fills in masks and continues no text. A text is scored by
its pseudo-log-likelihood (Salazar et al. 2020, "Masked Language Model Scoring"): the sum of ln p(token | all others),
for which each token is masked in turn, in a forward pass of its own. It is no log-probability of the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import numpy as np
import torch

from engine.errors import MisuseError
from engine.models.gpt.family import mask_token
from engine.models.gpt.model import GPT
from engine.models.neural import MOST_LOGITS, SCORING_TOKENS
from engine.models.windows import Spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

REFUSAL = (
    "this model was trained on masked tokens: it fills in [mask] in a text and continues none; use lilm fill"
)


class MaskedGPT(GPT):
    @property
    def is_causal(self) -> bool:
        return False

    @property
    def mask_token(self) -> int:
        """Id of the token that hides another."""
        return mask_token(self.vocabulary_size)

    def session(self) -> NoReturn:
        raise MisuseError(REFUSAL)

    def batch_session(self, texts: int) -> NoReturn:
        raise MisuseError(REFUSAL)

    def log_probabilities(
        self, ids: NDArray[np.integer], *, stride: int | None = None
    ) -> NDArray[np.float64]:
        """Terms of the pseudo-log-likelihood, as in the interface; `stride` has no meaning here."""
        one = np.ones(1, dtype=np.int64)
        return self.span_log_probabilities(ids, Spans(one - 1, one, max(1, len(ids)) * one))

    def span_log_probabilities(self, ids: NDArray[np.integer], spans: Spans) -> NDArray[np.float64]:
        """Terms of the pseudo-log-likelihood of the tokens of spans, each given the rest of its document.

        Of a document longer than the context, a token is given a window with as much on both sides as there is.
        """
        targets = spans.targets
        given = np.asarray(ids)[targets] == self.end_of_text
        result = np.zeros(len(targets))
        result[~given] = self._score_targets(np.asarray(ids), targets[~given])
        return result

    def masked_log_probabilities(self, ids: Sequence[int], positions: Sequence[int]) -> NDArray[np.float64]:
        """ln p of all tokens at these positions of a text (T,) of at most a context, (positions, vocabulary)."""
        with torch.inference_mode():
            logits = self.network.eval()(torch.tensor([list(ids)], device=self.device))[0, list(positions)]
            found: NDArray[np.float64] = logits.double().log_softmax(-1).cpu().numpy()
        return found

    def _score_targets(self, ids: NDArray[np.integer], targets: NDArray[np.int64]) -> NDArray[np.float64]:
        """ln p of the tokens at `targets`, each given the others of its window. Shape (targets,)."""
        starts, ends = self._windows(ids, targets)
        lengths = ends - starts
        result = np.empty(len(targets))
        tokens_at_once = min(SCORING_TOKENS, MOST_LOGITS // self.vocabulary_size)
        by_length = np.argsort(-lengths, kind="stable")  # so that there is little padding
        was_training = self.network.training
        self.network.eval()
        with torch.inference_mode():
            while len(by_length):
                width = int(lengths[by_length[0]])
                group, by_length = np.split(by_length, [max(1, tokens_at_once // width)])
                indices = starts[group, np.newaxis] + np.arange(width)
                is_padding = indices >= ends[group, np.newaxis]
                inputs = ids[np.where(is_padding, 0, indices)].astype(np.int64)
                inputs[is_padding] = self.end_of_text  # each a document of its own, which no token attends to
                masked = targets[group] - starts[group]
                inputs[np.arange(len(group)), masked] = self.mask_token
                logits = self.network(
                    torch.from_numpy(inputs).to(self.device),
                    only=torch.from_numpy(masked).to(self.device),
                    end_of_text=self.end_of_text if is_padding.any() else None,
                )[:, 0].float()
                hidden = torch.from_numpy(ids[targets[group]].astype(np.int64)).to(self.device)
                log_p = logits.gather(-1, hidden.unsqueeze(-1)).squeeze(-1) - logits.logsumexp(-1)
                result[group] = log_p.double().cpu().numpy()
        self.network.train(was_training)
        return result

    def _windows(
        self, ids: NDArray[np.integer], targets: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Begin and end of what each target is predicted from: its document, or a context of it around the target."""
        separators = np.flatnonzero(ids == self.end_of_text)
        next_one = np.searchsorted(separators, targets)
        first = np.concatenate([np.zeros(1, dtype=np.int64), separators])[next_one]
        last = np.append(separators, len(ids))[next_one]
        length = self.config.context_length
        starts = np.clip(targets - length // 2, first, np.maximum(first, last - length))
        return starts, np.minimum(starts + length, last)
