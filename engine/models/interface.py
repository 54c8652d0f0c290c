"""The one interface of all model families: ids in, next-token logits out.

Generation, evaluation, chat, studies and the token inspector are written once, against it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.models.family import WeightFormat
    from engine.models.windows import Spans
    from engine.sampling.tokens import Logits, SampledToken, SamplingStep

FILLS_NO_MASKS = (
    "this model predicts the next token and fills in no masks; train one that does with "
    "lilm train --set training.objective=masked"
)


class Session(ABC):
    """One text in progress: the ids fed so far and the model's state after them."""

    ids: list[int]
    """Every id fed so far. A model with a finite context sees only the last of them."""

    @abstractmethod
    def feed(self, ids: Sequence[int]) -> Logits:
        """Append ids, possibly none, and return the next-token logits, shape (vocabulary,)."""

    @abstractmethod
    def rewind(self, ids: Sequence[int]) -> Logits:
        """Make `ids` the whole text, reusing the longest common prefix, and return the next-token logits."""

    def sample(self, ids: Sequence[int], step: SamplingStep) -> SampledToken | None:
        """Append ids and sample the next token, where that is faster than computing all logits.

        The token is the one that `engine.sampling.numpy_backend.sample_token` samples from the logits. Returns None,
        with nothing appended, where there is no faster way.
        """
        return None

    def break_tie(self, candidates: NDArray[np.int64]) -> int:
        """Pick the greedy token among equally likely ones; by default the lowest id."""
        return int(candidates[0])


class BatchSession(ABC):
    """Texts in progress that share a prompt. A text is identified by its index, from 0."""

    @abstractmethod
    def rewind(self, ids: Sequence[int]) -> Logits:
        """Make `ids` the whole of each text and return the next-token logits, shape (vocabulary,)."""

    @abstractmethod
    def feed(self, ids: Mapping[int, int]) -> Logits:
        """Append an id to each unfinished text and return their next-token logits, shape (texts, vocabulary).

        A text that is left out has ended.
        """

    def sample(self, ids: Mapping[int, int], steps: Sequence[SamplingStep]) -> list[SampledToken] | None:
        """`Session.sample` for each unfinished text; all steps share one config."""
        return None

    def break_tie(self, text: int, candidates: NDArray[np.int64]) -> int:
        return int(candidates[0])


class SeparateSessions(BatchSession):
    """A batch session that holds a session for each text."""

    def __init__(self, sessions: Sequence[Session]) -> None:
        self._sessions = sessions

    def rewind(self, ids: Sequence[int]) -> Logits:
        first, *others = self._sessions
        for session in others:
            session.rewind(ids)
        return first.rewind(ids)

    def feed(self, ids: Mapping[int, int]) -> Logits:
        return np.stack([self._sessions[text].feed([token]) for text, token in ids.items()])

    def sample(self, ids: Mapping[int, int], steps: Sequence[SamplingStep]) -> list[SampledToken] | None:
        sampled = []
        for (text, token), step in zip(ids.items(), steps, strict=True):
            found = self._sessions[text].sample([token], step)
            if found is None:  # which then holds for every text
                return None
            sampled.append(found)
        return sampled

    def break_tie(self, text: int, candidates: NDArray[np.int64]) -> int:
        return self._sessions[text].break_tie(candidates)


class LanguageModel(ABC):
    """A language model of any family, trained or not."""

    @property
    @abstractmethod
    def vocabulary_size(self) -> int: ...

    @property
    @abstractmethod
    def context_length(self) -> int | None:
        """Length of the context in tokens; None: no fixed limit."""

    @property
    @abstractmethod
    def parameter_count(self) -> int:
        """Number of trained parameters; for n-grams, of stored counts."""

    @property
    def notes(self) -> list[str]:
        """Sentences that the user should know about the model."""
        return []

    @property
    def is_causal(self) -> bool:
        """Tokens are predicted from earlier ones; False: masked ones from both sides, and there are no sessions."""
        return True

    def prepare_inference(self, weights: WeightFormat) -> None:
        """Round the weights to a format, for good, and get ready for inference alone: training no longer follows.

        Raises MisuseError for a model without weights, unless the format is fp32.
        """
        if weights != "fp32":
            raise MisuseError(f"--weights {weights} is for networks, and this model has counts; leave it out")

    def begin_decoding(self) -> str:
        """Begin, in the background, what the first session waits for. Return it in words; empty when it is done."""
        return ""

    @abstractmethod
    def session(self) -> Session:
        """Return an empty session. With nothing fed, logits are those of the start of a document.

        Raises MisuseError for a model that is not causal.
        """

    def batch_session(self, texts: int) -> BatchSession:
        """Return an empty session for so many texts with a common prompt."""
        return SeparateSessions([self.session() for _ in range(texts)])

    @abstractmethod
    def log_probabilities(self, ids: NDArray[np.integer]) -> NDArray[np.float64]:
        """Log-probabilities ln p(ids[i] | ids[:i]) for every i from 1 on, in bulk; -inf where impossible.

        Shape (tokens,) to (tokens - 1,). A model with a finite context scores in windows, so that each token
        still sees at least half of the context where the text has that much before it.

        Of a model that is not causal: ln p(ids[i] | all others of its document), the terms of the
        pseudo-log-likelihood (Salazar et al. 2020), and 0 for the ends of documents, which it is given.
        """

    def span_log_probabilities(self, ids: NDArray[np.integer], spans: Spans) -> NDArray[np.float64]:
        """ln p of the tokens of spans, each given those from the span's begin on. Shape (tokens in spans,).

        With a finite context as in `log_probabilities`.
        """
        found = [self.log_probabilities(ids[begin:end])[first - begin - 1 :] for begin, first, end in spans]
        return np.concatenate([np.empty(0), *found])

    def masked_log_probabilities(self, ids: Sequence[int], positions: Sequence[int]) -> NDArray[np.float64]:
        """ln p of all tokens at masked positions of a text, shape (positions, vocabulary).

        `ids` (T,) are at most a context, with end-of-text before them. Raises MisuseError for a causal model.
        """
        raise MisuseError(FILLS_NO_MASKS)

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write config.json and model.safetensors into an existing folder."""
