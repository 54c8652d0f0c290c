"""Numbers as options take them: within bounds that are said, and never a traceback for a silly one."""

from __future__ import annotations

import argparse
import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_TEXTS = 1_000_000
LARGEST_SEED = 2**62


def integer(least: int, most: int) -> Callable[[str], int]:
    """Type of an option for `argparse`."""

    def parse(text: str) -> int:
        if re.fullmatch(r"[+-]?[0-9]{1,20}", text) and least <= (value := int(text)) <= most:
            return value
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number from {least:,} to {most:,}")

    return parse


def real(text: str) -> float:
    """Type of an option whose bounds are checked with the other settings. NaN and infinities are refused."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return value
    raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a number")
