"""Finding of a check: what is wrong, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["problem", "warning", "note"]
"""problem: LiLM cannot work. warning: something will go wrong, or has. note: something could be better."""


@dataclass(frozen=True)
class Finding:
    kind: str
    """A word for scripts: disk, cache, runs, terminal…"""
    message: str
    """One sentence that says what to do."""
    severity: Severity = "warning"
