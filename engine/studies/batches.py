"""Training data of a run as it is learned: a batch of ids, and the growing contexts of one window.

A window of T tokens is T examples at once: each token is predicted from those before it in the window, or for a model
that predicts one position only, from the last T tokens. In masked training each hidden token is predicted from those
on both sides, of which an example has the nearest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import MisuseError
from engine.models.registry import is_masked, learns_by_counting, neural_family_of
from engine.studies.results.batches import BatchStudy, Example
from engine.training.data.batches import IGNORED
from engine.training.data.documents import text_batches
from engine.training.data.masking import MaskedBatches
from engine.training.data.run_tokens import tokens_of_run
from engine.training.preparation import run_windows

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.runs.folder import Run

NEAREST = 6
"""Tokens on each side of a hidden one that an example has."""


def study_batches(
    run: Run, step: int, examples: int, notify: Callable[[str], None], window: int = 0
) -> BatchStudy:
    """Return the batch of a step, which is a function of the run's seed and the step alone.

    `window`: index of the one of which there are examples. Raises MisuseError for a window that the batch does not
    have, for a run that counts, for one of conversations, and when its text is gone or another one.
    """
    settings = run.settings()
    if learns_by_counting(settings.model):
        raise MisuseError(
            f"{run.name} counts its text and has no batches; lilm study counts {run.name} shows the counts"
        )
    tokenizer, tokens = tokens_of_run(run, notify)
    text = text_batches(
        tokens.train,
        run_windows(run, settings, tokens.train, tokenizer.end_of_text),
        context_length=settings.model.context_length,
        batch_size=settings.training.batch_size,
        seed=settings.seed,
        end_of_text=tokenizer.end_of_text,
    )
    masked = is_masked(settings.model)
    batches = MaskedBatches(text, tokenizer, settings.seed) if masked else text
    inputs, targets = (array.tolist() for array in batches.at(step))
    if not neural_family_of(settings.model).predicts_every_position:
        targets = [[IGNORED] * (len(row) - 1) + row[-1:] for row in targets]
    if window >= len(inputs):
        raise MisuseError(f"the batch has {len(inputs)} windows; there is no window {window + 1}")
    found: list[Example] = []
    for position, target in enumerate(targets[window]):
        if target != IGNORED and len(found) < examples:
            first = max(0, position - NEAREST) if masked else 0
            context = tuple(inputs[window][first : position + 1 + (NEAREST if masked else 0)])
            found.append(
                Example(
                    context=tuple(map(tokenizer.token_text, context)),
                    context_ids=context,
                    target=tokenizer.token_text(target),
                    target_id=target,
                )
            )
    return BatchStudy(
        step=step,
        inputs=tuple(map(tuple, inputs)),
        targets=tuple(tuple(None if target == IGNORED else target for target in row) for row in targets),
        texts=tuple("".join(map(tokenizer.token_text, row)) for row in inputs),
        window=window,
        examples=tuple(found),
    )
