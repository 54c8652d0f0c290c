"""Training budgets: steps, tokens, epochs or minutes, as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from engine.errors import MisuseError

Unit = Literal["steps", "tokens", "epochs", "seconds"]

_MAGNITUDES = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "G": 1e9}
_SECONDS = {"s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
MOST = 1e15
"""A larger number is a slip of the finger."""

_PATTERN = re.compile(
    r"(?P<number>\d+(?:\.\d*)?|\.\d+)\s*"
    r"(?:(?P<magnitude>[kKMBG]?)\s*(?P<unit>steps?|tokens?|epochs?)|(?P<time>sec|min|[smh])|(?P<bare>[kKMBG]))"
)


@dataclass(frozen=True)
class Budget:
    amount: float
    unit: Unit

    def fraction_used(self, *, step: int, tokens: int, seconds: float, tokens_per_epoch: int) -> float:
        """From 0 to 1, where 1 ends the run."""
        used = {
            "steps": float(step),
            "tokens": float(tokens),
            "epochs": tokens / max(1, tokens_per_epoch),
            "seconds": seconds,
        }[self.unit]
        return min(1.0, used / self.amount)


def parse_budget(text: str) -> Budget:
    """Reads `3m`, `90s`, `1h`, `2000steps`, `5M` (tokens), `2epochs`.

    Raises MisuseError when it is none of these, zero, or beyond all reason.
    """
    match = _PATTERN.fullmatch(text.strip())
    if match is None or not 0 < float(match["number"]) < MOST:
        raise MisuseError(
            f"cannot read the budget {text!r}; write 3m, 90s, 1h, 2000steps, 5M (tokens) or 2epochs"
        )
    number = float(match["number"])
    if match["time"]:
        return Budget(number * _SECONDS[match["time"]], "seconds")
    amount = number * _MAGNITUDES[match["bare"] or match["magnitude"] or ""]
    units: dict[str, Unit] = {"step": "steps", "token": "tokens", "epoch": "epochs"}
    unit = units[(match["unit"] or "tokens").removesuffix("s")]
    if unit in ("steps", "tokens") and amount < 1:
        raise MisuseError(f"the budget {text!r} is less than one {unit[:-1]}; ask for more")
    return Budget(amount, unit)


def extended(budget: str, more: str) -> str:
    """Return the sum of two budgets as `parse_budget` reads it.

    Raises MisuseError when either cannot be read, their units differ, or the sum is beyond all reason.
    """
    before, added = parse_budget(budget), parse_budget(more)
    if before.unit != added.unit:
        raise MisuseError(
            f"a budget of {budget} is in {before.unit}, and {more} in {added.unit}; give {before.unit}"
        )
    unit = "s" if before.unit == "seconds" else before.unit
    total = f"{before.amount + added.amount:.3f}".rstrip("0").rstrip(".") + unit
    parse_budget(total)
    return total
