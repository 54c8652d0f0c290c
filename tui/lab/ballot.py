"""Blind comparison of two models: answers change sides at random, and each vote counts for what gave the answer."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Vote = Literal["left", "right", "equal"]


@dataclass
class Ballot:
    """Votes on pairs of answers. A setup is the description of a run, a checkpoint and a temperature."""

    votes: Counter[str] = field(default_factory=Counter)
    """By setup."""
    ties: int = 0
    shown: tuple[str, str] | None = None
    """Setups of the answers on the left and on the right that wait for a vote."""
    _random: random.Random = field(default_factory=random.Random)

    def shuffle(self, setups: tuple[str, str]) -> bool:
        """Decide the sides of the next pair of answers. Returns True if they are swapped."""
        swapped = self._random.random() < 0.5
        self.shown = (setups[1], setups[0]) if swapped else setups
        return swapped

    def vote(self, vote: Vote) -> None:
        """Count a vote on the pair that is shown, once."""
        if self.shown is None:
            return
        if vote == "equal":
            self.ties += 1
        else:
            self.votes[self.shown[vote == "right"]] += 1
        self.shown = None

    def describe(self, setups: tuple[str, str]) -> str:
        """Return the result between two setups."""
        counts = ", ".join(f"{setup}: {self.votes[setup]}" for setup in dict.fromkeys(setups))
        return f"{counts}, equal: {self.ties}"
