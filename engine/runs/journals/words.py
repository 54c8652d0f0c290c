"""Descriptions of records, shared by the app and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.formatting import count, decimal, duration, progress, quantity, rate, size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.runs.folder import Run
    from engine.runs.journals.records import Estimate, Evaluated, NgramEstimate, Paused, Preparing

PSEUDO = "^"
MARKS = {
    "~": "its tokenizer cannot restore the text, so the figure is not comparable to unmarked ones",
    "?": "measured by an older version, which did not count the spelling of unknown tokens",
    PSEUDO: "pseudo-likelihood of a masked model, which sees both sides of a token: not comparable to unmarked ones",
}
"""Marks of bits per byte that are not comparable to others, and their meanings."""


def describe_preparing(preparing: Preparing) -> str:
    """Return the progress of the work before the first step."""
    return progress(
        preparing.stage,
        preparing.done,
        preparing.total,
        bytes_per_second=preparing.bytes_per_second,
        seconds_left=preparing.seconds_left,
    )


def describe_pause(pause: Paused) -> str:
    """Return the step of a pause, and the reason of an automatic one."""
    return f"paused at step {pause.step:,}" + (f": {waiting_for(pause)}" if pause.reason else "")


def waiting_for(pause: Paused | None) -> str:
    """Return the reason of an automatic pause; empty for others."""
    if pause is None or not pause.reason:
        return ""
    return f"{pause.reason}; free some space and it continues by itself"


def describe_hung(run: Run) -> str:
    """Return the time without a heartbeat, and the remedy if the trainer was stopped by a signal."""
    from engine.runs.process.lock import look

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
    """True when the tokenizer restores the held-out text.

    None for an older version, which did not record it, and did not count the spelling of unknown tokens.
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


def marks_of(lossless: bool | None, pseudo_likelihood: bool) -> str:
    """Return the marks of bits per byte, given `lossless_of` them; empty where they are comparable."""
    return ("" if lossless else "?" if lossless is None else "~") + PSEUDO * pseudo_likelihood


def marks_of_evaluation(evaluation: Evaluated | None, tokenizer: str) -> str:
    """Return the marks of an evaluation's bits per byte; empty where there is none."""
    if evaluation is None:
        return ""
    return marks_of(lossless_of(evaluation, tokenizer), evaluation.pseudo_likelihood)


def explain_marks(marks: Iterable[str]) -> list[str]:
    """Return a line for each mark in these."""
    found = "".join(marks)
    return [f"{mark} {meaning}" for mark, meaning in MARKS.items() if mark in found]


def describe_score(value: float | None, digits: int = 4) -> str:
    """Return a loss or bits per byte of an evaluation as text; None means infinite."""
    return "inf" if value is None else decimal(value, digits)


def describe_impossible(impossible: int) -> str:
    """Return the reason of an infinite loss; empty for others, and for older versions, which did not count."""
    if not impossible:
        return ""
    return f"{quantity(impossible, 'token')} impossible"


def describe_estimate(estimate: Estimate | NgramEstimate) -> str:
    """Return an estimate of a run's time, or of the size of its table, on one line."""
    # Records import msgspec, which the app's first frame does not need.
    from engine.runs.journals.records import NgramEstimate

    if isinstance(estimate, NgramEstimate):
        ngrams, longest = count(sum(estimate.entries)), len(estimate.entries)
        memory = size(estimate.memory_bytes)
        return f"about {ngrams} n-grams of up to {quantity(longest, 'token')} in {memory} of memory"
    return (
        f"{count(estimate.parameters)} parameters in {size(estimate.memory_bytes)}, "
        f"{rate(estimate.tokens_per_second)}: {quantity(estimate.steps, 'step')} in about "
        f"{duration(estimate.seconds)}, which see the text {decimal(estimate.epochs, 2)} times"
    )
