"""The one interface of all model families: ids in, next-token scores out.

Sampling, evaluation, chat, studies and the token inspector are written once, against this.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.models.choosing import Choice, Draw
    from engine.models.windows import Spans

Logits = np.ndarray[tuple[int, ...], np.dtype[np.floating]]
"""Natural-log scores, softmax-normalisable; -inf where a token is impossible."""


class Session(ABC):
    """A text being written: what has been fed so far, and what may come next."""

    ids: list[int]
    """Every id fed so far. A model with a finite context may see only the last of them."""

    @abstractmethod
    def feed(self, ids: Sequence[int]) -> Logits:
        """Appends ids (none is allowed) and gives the next token's scores. Shape (vocabulary,)."""

    @abstractmethod
    def rewind(self, ids: Sequence[int]) -> Logits:
        """Makes `ids` the whole of what was fed, reusing the longest common prefix. Logits as `feed`."""

    def draw(self, ids: Sequence[int], choice: Choice) -> Draw | None:
        """Feeds ids and draws the next token, where that is faster than giving all scores.

        Gives what `engine.inference.sampling.choose` would by the scores. None, with nothing fed, where there
        is no faster way.
        """
        return None

    def break_tie(self, candidates: NDArray[np.int64]) -> int:
        """Which of several equally likely tokens greedy decoding takes; the lowest id if nothing is known."""
        return int(candidates[0])


class Batch(ABC):
    """Texts with one beginning, written side by side. A text is known by its number, from 0."""

    @abstractmethod
    def rewind(self, ids: Sequence[int]) -> Logits:
        """Makes `ids` the beginning, and all of each text. Logits of what comes next, (vocabulary,)."""

    @abstractmethod
    def feed(self, ids: Mapping[int, int]) -> Logits:
        """Appends an id to each text that goes on; one left out has ended. Logits (texts that go on, vocabulary)."""

    def draw(self, ids: Mapping[int, int], choices: Sequence[Choice]) -> list[Draw] | None:
        """`Session.draw` for each text that goes on; all choices are of the same settings."""
        return None

    def break_tie(self, text: int, candidates: NDArray[np.int64]) -> int:
        return int(candidates[0])


class SeparateTexts(Batch):
    """A session for each text."""

    def __init__(self, sessions: Sequence[Session]) -> None:
        self._sessions = sessions

    def rewind(self, ids: Sequence[int]) -> Logits:
        first, *others = self._sessions
        for session in others:
            session.rewind(ids)
        return first.rewind(ids)

    def feed(self, ids: Mapping[int, int]) -> Logits:
        return np.stack([self._sessions[text].feed([token]) for text, token in ids.items()])

    def draw(self, ids: Mapping[int, int], choices: Sequence[Choice]) -> list[Draw] | None:
        drawn = []
        for (text, token), choice in zip(ids.items(), choices, strict=True):
            draw = self._sessions[text].draw([token], choice)
            if draw is None:  # as it then is for every text
                return None
            drawn.append(draw)
        return drawn

    def break_tie(self, text: int, candidates: NDArray[np.int64]) -> int:
        return self._sessions[text].break_tie(candidates)


class LanguageModel(ABC):
    """A trained (or untrained) model of any family."""

    @property
    @abstractmethod
    def vocabulary_size(self) -> int: ...

    @property
    @abstractmethod
    def context_length(self) -> int | None:
        """How many tokens back it can look; None: no fixed limit."""

    @property
    @abstractmethod
    def parameter_count(self) -> int:
        """Trained numbers; for n-grams the stored counts."""

    @abstractmethod
    def session(self) -> Session:
        """An empty session. With nothing fed, scores are those for the start of a document."""

    def batch(self, texts: int) -> Batch:
        """An empty session for so many texts that will begin alike."""
        return SeparateTexts([self.session() for _ in range(texts)])

    @abstractmethod
    def log_probabilities(self, ids: NDArray[np.integer]) -> NDArray[np.float64]:
        """ln p(ids[i] | ids[:i]) for every i from 1 on, in bulk; -inf where impossible.

        Shape (tokens,) to (tokens - 1,). A model with a finite context scores in windows, so that each token
        still sees at least half of the context where the text has that much before it.
        """

    def span_log_probabilities(self, ids: NDArray[np.integer], spans: Spans) -> NDArray[np.float64]:
        """ln p of the tokens of spans, each given those from the span's begin on. Shape (tokens in spans,).

        With a finite context as in `log_probabilities`.
        """
        found = [self.log_probabilities(ids[begin:end])[first - begin - 1 :] for begin, first, end in spans]
        return np.concatenate([np.empty(0), *found])

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Writes config.json and model.safetensors into an existing folder."""
