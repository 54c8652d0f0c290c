"""Names of compared runs."""

from __future__ import annotations

from tui.panes.chart.scales import short_names


def test_compared_runs_are_named_without_what_they_have_in_common() -> None:
    assert short_names(["race-1-gpt", "race-1-mlp"]) == {"race-1-gpt": "gpt", "race-1-mlp": "mlp"}
    assert short_names(["stories-gpt-1", "stories-gpt-12"]) == {"stories-gpt-1": "1", "stories-gpt-12": "12"}
    assert short_names(["fox", "foxes"]) == {"fox": "fox", "foxes": "foxes"}
    assert short_names(["only-one"]) == {"only-one": "only-one"}
