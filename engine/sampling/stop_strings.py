"""Ending a text before a stop string, also when the string arrives in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Sequence


class StopStrings:
    """Lets text through up to a stop string; what may be the beginning of one is held back."""

    def __init__(self, stop: Sequence[str]) -> None:
        """Raises MisuseError for an empty stop string."""
        if "" in stop:
            raise MisuseError("a stop string is empty; give at least one character")
        self._stop = tuple(stop)
        self._held = ""
        self.found = False

    def push(self, text: str) -> str:
        """Add text and return what certainly belongs to no stop string; nothing after one was `found`."""
        if self.found:
            return ""
        text = self._held + text
        # The one that is complete first, and of those that end together the longest.
        found = [(place + len(stop), place) for stop in self._stop if (place := text.find(stop)) >= 0]
        if found:
            self.found, self._held = True, ""
            return text[: min(found)[1]]
        self._held = text[len(text) - self._undecided(text) :]
        return text[: len(text) - len(self._held)]

    def finish(self) -> str:
        """Return the text that was held back, once the text has ended by itself."""
        held, self._held = self._held, ""
        return held

    def _undecided(self, text: str) -> int:
        """The length of the longest end of the text that begins a stop string."""
        longest = max((len(stop) - 1 for stop in self._stop), default=0)
        for length in range(min(longest, len(text)), 0, -1):
            if any(stop.startswith(text[-length:]) for stop in self._stop):
                return length
        return 0
