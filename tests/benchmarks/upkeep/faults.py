"""Injected and survived faults by kind: every test that carries the `fault` mark, the slow ones included.

    python -m tests.benchmarks.upkeep.faults [--fast] [PYTEST_OPTIONS…]

A test that injects many faults (a fuzzer) reports their number with the `injected` fixture; any other counts as one.
"""

from __future__ import annotations

import sys
from collections import Counter

import pytest

KINDS = (
    "foreign code",
    "two writers",
    "wrong silently",
    "lost work",
    "app ends",
    "hang",
    "unclear",
)


class FaultCount:
    """A pytest plugin that counts faults and survivals."""

    def __init__(self) -> None:
        self.injected: Counter[str] = Counter()
        self.survived: Counter[str] = Counter()
        self.failed: list[str] = []
        self._kinds: dict[str, str] = {}

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        marked = [item for item in items if item.get_closest_marker("fault")]
        config.hook.pytest_deselected(items=[item for item in items if item not in marked])
        items[:] = marked
        for item in marked:
            mark = item.get_closest_marker("fault")
            assert mark is not None
            self._kinds[item.nodeid] = mark.args[0]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        kind = self._kinds.get(report.nodeid)
        if kind is None or report.skipped or (report.when != "call" and report.passed):
            return
        count = dict(report.user_properties).get("injected", 1)
        self.injected[kind] += count
        if report.passed:
            self.survived[kind] += count
        else:
            self.failed.append(report.nodeid)


def main(arguments: list[str]) -> int:
    counts = FaultCount()
    options = [] if "--fast" in arguments else ["-m", "not gpu"]
    rest = [argument for argument in arguments if argument != "--fast"]
    code = pytest.main(["-q", "--no-header", *options, *rest], plugins=[counts])
    print(f"\n{'kind':<16} {'injected':>9} {'survived':>9}")
    for kind in sorted(counts.injected, key=lambda kind: KINDS.index(kind) if kind in KINDS else len(KINDS)):
        print(f"{kind:<16} {counts.injected[kind]:>9,} {counts.survived[kind]:>9,}")
    print(f"{'all':<16} {counts.injected.total():>9,} {counts.survived.total():>9,}")
    for name in counts.failed:
        print(f"failed: {name}")
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
