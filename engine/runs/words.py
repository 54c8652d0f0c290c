"""Records in words, the same in the app and on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.formatting import count, decimal, duration, progress, rate, size

if TYPE_CHECKING:
    from engine.runs.records import Estimate, NgramEstimate, Preparing


def describe_preparing(preparing: Preparing) -> str:
    """How far the work before the first step is."""
    return progress(
        preparing.stage,
        preparing.done,
        preparing.total,
        bytes_per_second=preparing.bytes_per_second,
        seconds_left=preparing.seconds_left,
    )


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
