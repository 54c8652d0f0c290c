"""Values that the chart draws for a record, and names of compared runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.runs.journals.records import Evaluated, Step


@dataclass(frozen=True)
class Scale:
    """Linear map from nats per token to the drawn unit."""

    factor: float = 1.0
    offset: float = 0.0

    def of(self, record: Step | Evaluated) -> float | None:
        loss = record.val_loss if hasattr(record, "val_loss") else record.train_loss
        return None if loss is None else loss * self.factor + self.offset


NATS = Scale()


def is_sampled(evaluations: list[Evaluated]) -> bool:
    """True when each evaluation scores a sample of the held-out text."""
    return bool(evaluations) and not evaluations[0].whole


def bits_per_byte(evaluations: list[Evaluated]) -> Scale | None:
    """The same for all of a run, as its held-out text is. What is coded beside the tokens is the offset."""
    for evaluation in evaluations:
        if evaluation.val_bpb is not None and evaluation.val_loss:
            of_tokens = evaluation.val_bpb - evaluation.side_bpb
            return Scale(of_tokens / evaluation.val_loss, evaluation.side_bpb)
    return None


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Return the names without what all of them begin with, up to a hyphen: race-1-gpt becomes gpt."""
    common = _common_start(names).rpartition("-")
    kept = len(common[0] + common[1]) if len(names) > 1 else 0
    return {name: name[kept:] or name for name in names}


def _common_start(names: Sequence[str]) -> str:
    first, last = min(names, default=""), max(names, default="")
    length = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:length]
