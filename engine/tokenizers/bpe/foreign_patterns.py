"""Bounds on pre-token patterns that come with a tokenizer's file: on their size, and on the time they take.

tiktoken's engine takes linear time for one match, but starts one at each position, which is quadratic for some
patterns; where it backtracks, it fails by itself after a million steps.
"""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

from engine.errors import LilmError

if TYPE_CHECKING:
    import numpy as np
    import tiktoken
    from numpy.typing import NDArray

LONGEST_PATTERN = 10_000
"""Characters; published ones have a few hundred."""
MOST_STEPS = 10_000
"""Size of a pattern whose counted repetitions are written out: compiling `((a{1000}){1000}){1000}` takes 9 GB."""
DEEPEST = 50
"""Groups within one another."""

SHORT_TEXT = 4096
"""Characters that even a quadratic pattern is done with in a fraction of a second."""
LEAST_SECONDS = 10.0
SLOWEST_RATE = 20_000
"""Characters a second; usual are millions."""

_PART = re.compile(
    r"\\[pPxuN]\{[^}]*\}|\\."  # an escape
    r"|\[\^?\]?(?:\\.|[^\]\\])*\]"  # a set
    r"|\{(?P<least>\d*)(?P<range>,(?P<most>\d*))?\}"
    r"|.",
    re.DOTALL,
)


def check_pattern(pattern: str) -> None:
    """Raises ValueError for a pattern that is too large to be compiled."""
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"its pattern has more than {LONGEST_PATTERN:,} characters")
    sizes, last = [0], 0  # of the groups that are open, and of the last part
    for part in _PART.finditer(pattern):
        match part[0]:
            case "(":
                sizes.append(0)
                last = 0
            case ")" if len(sizes) > 1:
                last = sizes.pop()
                sizes[-1] += last
            case _ if part["least"] or part["most"]:
                times = max(_count(part["least"]), _count(part["most"]), 1)
                sizes[-1] += last * (times - 1)
                last *= times
            case _:
                last = 1
                sizes[-1] += 1
        if max(sizes) > MOST_STEPS or len(sizes) > DEEPEST:
            raise ValueError("its pattern is nested or repeated beyond bounds")


def _count(digits: str | None) -> int:
    if not digits:
        return 1
    return int(digits) if len(digits) < 6 else MOST_STEPS + 1


def encode_in_time(encoding: tiktoken.Encoding, text: str) -> NDArray[np.uint32]:
    """Ids of a text. Raises LilmError where the pattern gives up, or takes time beyond all bounds."""
    if len(text) <= SHORT_TEXT:
        return _encode(encoding, text)
    found: list[NDArray[np.uint32] | LilmError] = []

    def work() -> None:
        try:
            found.append(_encode(encoding, text))
        except LilmError as error:
            found.append(error)

    # Nothing stops the engine, but it lets other threads run and ends with the process.
    thread = threading.Thread(target=work, name="foreign-pattern", daemon=True)
    thread.start()
    seconds = LEAST_SECONDS + len(text) / SLOWEST_RATE
    thread.join(seconds)
    if not found:
        raise LilmError(
            f"the pattern of this tokenizer takes more than {seconds:.0f} seconds for a text of {len(text):,} "
            "characters; use another tokenizer"
        )
    if isinstance(found[0], LilmError):
        raise found[0]
    return found[0]


def _encode(encoding: tiktoken.Encoding, text: str) -> NDArray[np.uint32]:
    try:
        return encoding.encode_to_numpy(text, disallowed_special=())
    except BaseException as error:
        if not gave_up(error):
            raise
        raise LilmError(
            f"the pattern of this tokenizer gives up on a text of {len(text):,} characters; use another tokenizer"
        ) from error


def gave_up(error: BaseException) -> bool:
    """True when a regular expression exceeded its own limits. Older releases of Rust libraries panic then."""
    return isinstance(error, ValueError) or type(error).__name__ == "PanicException"
