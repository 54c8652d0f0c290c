"""Attention of a GPT: for each token of a text the tokens that each head looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.studies.results.attention import AttentionStudy
from tui.lab.study_runner import StudyCommand
from tui.screens.studies.token_table import Column, Entry, TokenTableScreen

if TYPE_CHECKING:
    from collections.abc import Sequence


class AttentionScreen(TokenTableScreen):
    TITLE_TEXT = "Attention"
    PLACEHOLDER = "A text; Enter shows the tokens that each head looks at"
    RESULT = AttentionStudy
    ENTRIES = 5
    TITLES = "layer.head", "token"

    def command(self, text: str) -> StudyCommand | None:
        text = text or (self.subject.beginning if not self.has_result else "")
        options = (f"--top={self.ENTRIES}", *self.subject.checkpoint)
        return StudyCommand(("study", "attention"), (self.subject.run, text), options) if text else None

    def columns_of(self, result: AttentionStudy) -> Sequence[Column]:
        columns = []
        for head in result.heads:
            score = head.induction if head.kind == "induction" else head.previous_token
            columns.append(
                Column(
                    f"{head.layer + 1}.{head.head + 1}",
                    f"{head.kind.removesuffix(' token')} {score:.2f}" if head.kind else "",
                    tuple(tuple(Entry(look.text, look.weight) for look in looks) for looks in head.looks),
                )
            )
        return columns
