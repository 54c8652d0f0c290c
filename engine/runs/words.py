"""Records in words, the same in the app and on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.formatting import count, decimal, duration, progress, rate, size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.runs.folder import Run
    from engine.runs.records import Estimate, Evaluated, NgramEstimate, Paused, Preparing

MARKS = {
    False: ("~", "its tokenizer cannot restore the text: case and spacing are coded beside the model"),
    None: ("?", "measured by an older version, which did not count the spelling of unknown tokens"),
}
"""By `lossless_of`: the sign behind bits per byte that stand apart from others, and what it means."""


def describe_preparing(preparing: Preparing) -> str:
    """How far the work before the first step is."""
    return progress(
        preparing.stage,
        preparing.done,
        preparing.total,
        bytes_per_second=preparing.bytes_per_second,
        seconds_left=preparing.seconds_left,
    )


def describe_pause(pause: Paused) -> str:
    """Since which step a run waits, and what for when nobody asked for it."""
    return f"paused at step {pause.step:,}" + (f": {waiting_for(pause)}" if pause.reason else "")


def waiting_for(pause: Paused | None) -> str:
    """What a run waits for that nobody has paused; nothing for others."""
    if pause is None or not pause.reason:
        return ""
    return f"{pause.reason}; free some space and it goes on by itself"


def describe_hung(run: Run) -> str:
    """Since when a trainer gives no sign of life, and what would wake it if it was stopped by a signal."""
    from engine.runs.lock import look

    seen = look(run)
    if seen is None or not seen.trainer or seen.silence is None:
        return f"the trainer of {run.name} gives no sign of life"
    pid = seen.trainer
    said = f"process {pid}, which trains {run.name}, has given no sign of life for {duration(seen.silence)}"
    return f"{said}: it was stopped by a signal, and kill -CONT {pid} wakes it" if _is_stopped(pid) else said


def _is_stopped(pid: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    except psutil.Error:
        return False


def lossless_of(evaluation: Evaluated, tokenizer: str) -> bool | None:
    """Whether the tokenizer restores the held-out text.

    None where an older version did not say, and did not count all of the text that the tokenizer may not know.
    """
    if evaluation.lossless is not None:
        return evaluation.lossless
    match tokenizer.partition(":")[0]:
        case "word":
            return False
        case "word-punct" | "char":
            return None
        case _:
            return True


def mark_of(lossless: bool | None) -> str:
    """The sign behind bits per byte; nothing where they can be compared as they are."""
    return "" if lossless else MARKS[lossless][0]


def explain_marks(values: Iterable[bool | None]) -> list[str]:
    """A line for each sign that `mark_of` gives one of these."""
    marked = set(values)
    return [f"{sign} {meaning}" for lossless, (sign, meaning) in MARKS.items() if lossless in marked]


def describe_score(value: float | None, digits: int = 4) -> str:
    """A loss or bits per byte of an evaluation, in which None stands for infinite."""
    return "inf" if value is None else decimal(value, digits)


def describe_impossible(impossible: int) -> str:
    """Why a loss is infinite; nothing where it is not, or an older version did not count."""
    if not impossible:
        return ""
    return f"{impossible:,} {'token' if impossible == 1 else 'tokens'} impossible"


def describe_estimate(estimate: Estimate | NgramEstimate) -> str:
    """What a run will take, or how large its table will be, on one line."""
    # Records mean msgspec, which the app's first frame does without.
    from engine.runs.records import NgramEstimate

    if isinstance(estimate, NgramEstimate):
        ngrams, longest = count(sum(estimate.entries)), len(estimate.entries)
        return f"about {ngrams} n-grams of up to {longest} tokens in {size(estimate.memory_bytes)} of memory"
    return (
        f"{count(estimate.parameters)} parameters in {size(estimate.memory_bytes)}, "
        f"{rate(estimate.tokens_per_second)}: {estimate.steps:,} steps in about "
        f"{duration(estimate.seconds)}, which see the text {decimal(estimate.epochs, 2)} times"
    )
