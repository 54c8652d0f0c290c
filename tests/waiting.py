"""Wait for what another process or thread does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 120.0
"""Seconds until a condition that should come true counts as one that never will. A busy machine takes many."""


def until(condition: Callable[[], object], describe: Callable[[], object] = str) -> None:
    """Return when the condition is true. Raises AssertionError, with the description, when it never is."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, describe()
        time.sleep(0.02)
