"""Figures of a run before it starts: its text is read, its tokenizer made, and its tokens counted, without torch."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from engine.models.registry import learns_by_counting, neural_family_of
from engine.runs.creation import create_run
from engine.runs.sizing import TextFigures
from engine.training.data.batches import IGNORED
from engine.training.preparation import prepare_text, training_batches

if TYPE_CHECKING:
    from engine.config.settings import RunSettings

COUNTED_STEPS = 8
"""Batches whose targets are counted: how full windows of documents are differs little between batches."""


def measure_text(settings: RunSettings) -> TextFigures:
    """Count the vocabulary and the tokens exactly. The tokens stay in the cache, so the run itself finds them there.

    Raises MisuseError when the text or the settings do not fit.
    """
    with tempfile.TemporaryDirectory(prefix="lilm-") as folder:
        run = create_run(settings, "dry-run", among=Path(folder))
        prepared = prepare_text(run, settings, lambda _: None, writes=False)
        figures = {
            "vocabulary_size": prepared.tokenizer.vocabulary_size,
            "train_tokens": len(prepared.tokens.train),
            "held_out_tokens": prepared.held_out.tokens,
        }
        if learns_by_counting(settings.model):
            return TextFigures(**figures, tokens_per_epoch=0, tokens_per_window=0.0)
        config = settings.model
        predictions = config.context_length if neural_family_of(config).predicts_every_position else 1
        batches, tokens_per_epoch = training_batches(settings, prepared, predictions)
        targets = (batches.at(step)[1][:, -predictions:] for step in range(COUNTED_STEPS))
        counted = sum(int((one != IGNORED).sum()) for one in targets)
        windows = COUNTED_STEPS * settings.training.batch_size
        return TextFigures(**figures, tokens_per_epoch=tokens_per_epoch, tokens_per_window=counted / windows)
