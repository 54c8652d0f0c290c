"""The table of cures names pieces of the sources and tests that are there."""

from __future__ import annotations

import pytest

from tests.benchmarks.upkeep.cures import ROOT, Cure, cures


@pytest.mark.parametrize("cure", cures(), ids=lambda cure: cure.fault)
def test_a_cure_stands_in_the_sources_once(cure: Cure) -> None:
    assert (ROOT / cure.file).read_text(encoding="utf-8").count(cure.cure) == 1
    assert cure.without != cure.cure
    assert all((ROOT / test).exists() for test in cure.tests.split())
