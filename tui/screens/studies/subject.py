"""The run that is studied, with an example of what its model writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui.lab.conversation import Turn
    from tui.lab.run_watcher import WatchedRun

LONGEST_TEXT, BEGINNING = 2000, 60
"""Characters."""


@dataclass(frozen=True)
class Subject:
    run: str
    step: int | None
    """Step of the checkpoint; None: the one that commands take without --step."""
    text: str
    """The newest text of the model, from the conversation or else from the samples; may be empty."""
    others: tuple[str, ...] = ()
    """Names of runs with other tokenizers."""

    @property
    def checkpoint(self) -> tuple[str, ...]:
        """Options for the checkpoint."""
        return () if self.step is None else (f"--step={self.step}",)

    @property
    def beginning(self) -> str:
        """At most BEGINNING characters of the text, up to the end of a word or line."""
        line = self.text.partition("\n")[0]
        return line if len(line) <= BEGINNING else line[:BEGINNING].rpartition(" ")[0] or line[:BEGINNING]


def subject_of(
    watched: WatchedRun, step: int | None, turns: Sequence[Turn], runs: Iterable[WatchedRun]
) -> Subject:
    """Return the subject for a run, its conversation, and all runs."""
    spoken = [turn.text for turn in turns if turn.role == "model" and turn.text.strip()]
    samples = [sample.completion for sample in watched.history.samples if sample.completion.strip()]
    text = (spoken or samples or [""])[-1].strip()
    by_tokenizer = {other.settings.tokenizer: other.name for other in runs if other.settings is not None}
    if watched.settings is not None:
        by_tokenizer.pop(watched.settings.tokenizer, None)
    return Subject(watched.name, step, text[:LONGEST_TEXT], tuple(by_tokenizer.values()))
