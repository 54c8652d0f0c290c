"""Fixtures of all tests: a home of their own, and one thread, since tiny tensors lose more than they gain by two."""

import os
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

os.environ["OMP_NUM_THREADS"] = "1"  # read when torch is imported, here and in child processes
os.environ["LILM_NATIVE"] = "0"  # every test has a home of its own, and none waits for a compiler in it

# A busy machine makes an example slow, never wrong.
hypothesis.settings.register_profile(
    "lilm", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("lilm")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty LILM_HOME: no test sees or leaves anything in the user's."""
    folder = tmp_path / "home"
    monkeypatch.setenv("LILM_HOME", str(folder))
    for cache in (
        "TORCHINDUCTOR_CACHE_DIR",
        "TRITON_CACHE_DIR",
    ):  # torch names them in os.environ as it compiles
        monkeypatch.delenv(cache, raising=False)
    return folder


@pytest.fixture
def injected(record_property: Callable[[str, object], None]) -> Callable[[int], None]:
    """Report how many faults a test injects, for `tests/benchmarks/upkeep/faults.py`."""
    return lambda count: record_property("injected", count)
