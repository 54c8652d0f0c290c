"""Texts of the talk pane before the first prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.panes.run_text import expectation, is_chat_run
from tui.widgets.lines import Piece

if TYPE_CHECKING:
    from tui.lab.run_watcher import WatchedRun


def placeholder(watched: WatchedRun | None) -> str:
    """Return what to write into the empty prompt."""
    if watched is not None and watched.settings is not None:
        # Imports msgspec, which the first frame does without.
        from engine.models.registry import is_masked

        if is_chat_run(watched):
            return "Write to the model; Enter sends it"
        if is_masked(watched.settings.model):
            return "Write a text with [mask] in it; Enter fills it in"
    return "Begin a text; Enter lets the model continue it"


def introduction(watched: WatchedRun | None) -> list[Piece]:
    """Return paragraphs on what the model is good for, and its newest sample."""
    if watched is None:
        return [Piece("Train a model, then talk to it here.", "dim")]
    # Imports msgspec, which the first frame does without.
    from tui.lab.talker import describe_first_checkpoint

    paragraphs = [Piece(text, "dim") for text in expectation(watched)]
    if watched.checkpoint is None:
        paragraphs.append(Piece(describe_first_checkpoint(watched), "warm"))
    if watched.history.samples:
        sample = watched.history.samples[-1]
        paragraphs += [Piece(""), Piece(f"Sample at step {sample.step}:", "dim")]
        paragraphs += [Piece(text) for text in (sample.prompt + sample.completion).strip().splitlines()]
    return paragraphs
