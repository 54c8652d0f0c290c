"""Stop strings: end a text before a stop string, also when the string arrives in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Sequence


class StopStrings:
    """Filter of text up to a stop string; a possible beginning of one is held back."""

    def __init__(self, stop: Sequence[str]) -> None:
        """Raise MisuseError for an empty stop string."""
        if "" in stop:
            raise MisuseError("a stop string is empty; give at least one character")
        self._stop = tuple(stop)
        self._held = ""
        self.found = False

    def push(self, text: str) -> str:
        """Add text and return the part that belongs to no stop string; empty after one was `found`."""
        if self.found:
            return ""
        text = self._held + text
        # The stop string that is complete first; of several that end together, the longest.
        found = [(start + len(stop), start) for stop in self._stop if (start := text.find(stop)) >= 0]
        if found:
            self.found, self._held = True, ""
            return text[: min(found)[1]]
        self._held = text[len(text) - self._undecided(text) :]
        return text[: len(text) - len(self._held)]

    def finish(self) -> str:
        """Return the text held back, after a text that ended without a stop string."""
        held, self._held = self._held, ""
        return held

    def _undecided(self, text: str) -> int:
        """Return the length of the longest suffix of the text that is a prefix of a stop string."""
        longest = max((len(stop) - 1 for stop in self._stop), default=0)
        for length in range(min(longest, len(text)), 0, -1):
            if any(stop.startswith(text[-length:]) for stop in self._stop):
                return length
        return 0
