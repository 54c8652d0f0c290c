"""Baselines of the chart: losses of simple models on the text of a run, as lines or as the origin of the losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.studies.results.baselines import BaselineStudy
    from tui.lab.run_watcher import WatchedRun
    from tui.lab.study_runner import StudyRunner

Mode = Literal["none", "lines", "difference"]
MODES: tuple[Mode, ...] = ("none", "lines", "difference")
"""The difference is that from Kneser-Ney."""
COUNTS, UNKNOWN = "counting n-grams", "no baselines"
COMPARED = "Baselines are those of a single run: end the comparison to see them."
NO_LOSSES = "Baselines are losses; the chart above shows another metric."


class Baselines:
    """Counted once for each run, in the process of studies. Implements StudyReader."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.mode: Mode = "none"
        self._changed = changed
        self._found: dict[tuple[int, int], BaselineStudy] = {}
        self._problems: dict[tuple[int, int], str] = {}
        self._counted: tuple[int, int] | None = None
        """Identity of the run whose baselines are counted now."""

    def next_mode(self) -> None:
        self.mode = MODES[(MODES.index(self.mode) + 1) % len(MODES)]

    def ask(self, watched: WatchedRun, studies: StudyRunner) -> None:
        """Count the baselines of a run, if they are wanted and not known. Leaves a study that runs alone."""
        known = watched.identity in self._found or watched.identity in self._problems
        if self.mode == "none" or known or self._counted is not None or studies.is_busy:
            return
        from tui.lab.study_runner import StudyCommand

        self._counted = watched.identity
        studies.run(StudyCommand(("study", "baselines"), (watched.name,)), self)

    def origin(self, watched: WatchedRun) -> float | None:
        """Return the loss that losses are shown above, in nats per token; None: they are shown as they are."""
        study = self._found.get(watched.identity)
        return study.kneser_ney if study is not None and self.mode == "difference" else None

    def levels(self, watched: WatchedRun) -> list[tuple[float, str]]:
        """Return values in nats per token, each with a label."""
        study = self._found.get(watched.identity)
        if study is None or self.mode == "none":
            return []
        if self.mode == "difference":
            return [(0.0, f"{study.order}-gram")]
        return [
            (study.uniform, "ln vocabulary"),
            (study.unigram, "frequencies"),
            (study.kneser_ney, f"{study.order}-gram"),
        ]

    def note(self, watched: WatchedRun, *, are_compared: bool, shows_losses: bool) -> str:
        """Return why none are drawn, if they are wanted."""
        if self.mode == "none":
            return ""
        if are_compared:
            return COMPARED
        if not shows_losses:
            return NO_LOSSES
        if watched.identity in self._found:
            return ""
        return self._problems.get(watched.identity, COUNTS)

    def result_came(self, line: str) -> None:
        from msgspec.json import decode

        from engine.studies.results.baselines import BaselineStudy

        if self._counted is not None:
            self._found[self._counted] = decode(line, type=BaselineStudy)

    def progressed(self, text: str) -> None:
        pass

    def ended(self, problem: str) -> None:
        if self._counted is not None and problem:  # without one it was cancelled, and is asked again
            self._problems[self._counted] = f"{UNKNOWN}: {problem}"
        self._counted = None
        self._changed()
