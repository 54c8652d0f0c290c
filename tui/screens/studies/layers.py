"""Layers of a GPT: the next token that the stream after each layer would predict (the logit lens)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.studies.results.layers import LayerStudy
from tui.lab.study_runner import StudyCommand
from tui.screens.studies.token_table import Column, Entry, TokenTableScreen

if TYPE_CHECKING:
    from collections.abc import Sequence


class LayersScreen(TokenTableScreen):
    TITLE_TEXT = "Layers"
    PLACEHOLDER = "A text; Enter shows the next token that each layer would predict"
    RESULT = LayerStudy
    NOTES = 2

    def command(self, text: str) -> StudyCommand | None:
        text = text or (self.subject.beginning if not self.has_result else "")
        options = (f"--top={self.ENTRIES}", *self.subject.checkpoint)
        return StudyCommand(("study", "layers"), (self.subject.run, text), options) if text else None

    def columns_of(self, result: LayerStudy) -> Sequence[Column]:
        return [
            Column(
                f"layer {at.layer}" if at.layer else "embedding",
                "next token",
                tuple(
                    tuple(Entry(guess.text, guess.probability) for guess in guesses) for guesses in at.guesses
                ),
                tuple(
                    (f"entropy {entropy:.2f}", f"norm {norm:.1f}")
                    for entropy, norm in zip(at.entropy, at.norm, strict=True)
                ),
            )
            for at in result.layers
        ]
