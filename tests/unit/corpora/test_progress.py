"""Reports of long work."""

from __future__ import annotations

import pytest

from engine.corpora import progress
from engine.corpora.progress import Progress, ProgressReporter


def test_speed_and_time_left_count_only_what_was_done_now() -> None:
    resumed = Progress(
        "downloading", done_bytes=6_000_000, total_bytes=10_000_000, seconds=2.0, bytes_before=2_000_000
    )
    assert resumed.bytes_per_second == 2e6
    assert resumed.seconds_left == 2.0


def test_before_anything_is_done_nobody_knows_how_long_it_takes() -> None:
    assert Progress("reading", 0, 10, 0.0).seconds_left is None
    assert Progress("reading", 0, 10, 0.0).bytes_per_second == 0.0


def test_reports_come_a_few_times_a_second_and_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    reports: list[Progress] = []
    reporter = ProgressReporter(reports.append, "reading", 1000)
    for _ in range(1000):
        now += 0.001
        reporter.advance(1)
    reporter.finish()
    assert 4 <= len(reports) <= 6
    assert reports[-1].done_bytes == 1000
    assert reports[-1].seconds == pytest.approx(1.0)
