from __future__ import annotations

import pytest

from engine.runs.records import Evaluated
from tui.panes.chart_pane import _bits_per_byte


def evaluated(val_loss: float | None, val_bpb: float | None, side_bpb: float = 0.0) -> Evaluated:
    return Evaluated(
        time=0, step=1, tokens=1, seconds=1, val_loss=val_loss, val_bpb=val_bpb, side_bpb=side_bpb
    )


def test_chart_scales_only_what_the_model_predicts() -> None:
    """Each point of a run is its own bits per byte: 0.5 beside the tokens, and 0.4 for each nat per token."""
    infinite, first, second = evaluated(None, None, 0.5), evaluated(6.0, 2.9, 0.5), evaluated(5.0, 2.5, 0.5)
    scale = _bits_per_byte([infinite, first, second])
    assert scale is not None
    assert scale.of(first) == pytest.approx(first.val_bpb)
    assert scale.of(second) == pytest.approx(second.val_bpb)
    assert _bits_per_byte([infinite]) is None
