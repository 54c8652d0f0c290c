"""Effect of weights with fewer bits: size, decoding speed, held-out loss, and changed greedy tokens."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import MisuseError
from engine.models.family import WEIGHT_FORMATS
from engine.models.neural import NeuralModel
from engine.models.quantization import weight_bytes
from engine.studies.results.quantization import AtWeights, QuantizationStudy
from engine.training.evaluation.held_out_loss import evaluate_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from engine.inference.loading import LoadedModel
    from engine.models.family import WeightFormat
    from engine.models.interface import LanguageModel
    from engine.training.data.held_out import HeldOut


def study_quantization(
    load: Callable[[WeightFormat], LoadedModel], held_out: HeldOut, *, decoded: int
) -> QuantizationStudy:
    """Score held-out text in each format, and feed the first `decoded` tokens of it one by one.

    `load` returns the model anew, with its weights in the given format: one of them is in memory at a time.
    Raises MisuseError for a model without weights, or without a next token.
    """
    texts: list[list[int]] = []
    formats: list[AtWeights] = []
    expected: NDArray[np.int64] | None = None
    for weights in WEIGHT_FORMATS:
        loaded = load(weights)
        model = loaded.model
        if not isinstance(model, NeuralModel):
            raise MisuseError(f"{loaded.run.name} has counts, not weights; choose the run of a network")
        if not model.is_causal:
            raise MisuseError(
                f"{loaded.run.name} fills in masks and predicts no next token; choose another run"
            )
        texts = texts or _beginnings(held_out, decoded)
        greedy, seconds = _decode(model, texts)
        expected = greedy if expected is None else expected
        formats.append(
            AtWeights(
                weights=weights,
                bytes=weight_bytes(model.network, weights),
                tokens_per_second=1 / statistics.median(seconds),
                loss=evaluate_spans(model, held_out, 0).loss,
                changed=int((greedy != expected).sum()),
            )
        )
    return QuantizationStudy(
        scored=held_out.tokens, decoded=sum(len(text) - 1 for text in texts), formats=tuple(formats)
    )


def _beginnings(held_out: HeldOut, tokens: int) -> list[list[int]]:
    """Return documents behind their end-of-text, of so many tokens together at most. Raises MisuseError for none."""
    texts = []
    for begin, _, end in held_out.spans:
        text = held_out.ids[begin : min(end, begin + 1 + tokens)].tolist()
        texts.append(text)
        tokens -= len(text) - 1
        if tokens <= 0:
            break
    if not texts:
        raise MisuseError("there is no held-out text; give a FILE")
    return texts


def _decode(model: LanguageModel, texts: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], list[float]]:
    """Return the greedy token after each token but the first of a text, and the seconds that each took."""
    session, greedy, seconds = model.session(), [], []
    for first, *others in texts:
        session.rewind([first])
        for token in others:
            start = time.perf_counter()
            logits = session.feed([token])
            greedy.append(int(logits.argmax()))
            seconds.append(time.perf_counter() - start)
    return np.array(greedy, dtype=np.int64), seconds
