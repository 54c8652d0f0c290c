from __future__ import annotations

import pytest

from engine.models.registry import FAMILIES
from tui.lab.new_run.fields import usual_fields

ROOM = 35
"""Columns for a hint at 80."""


@pytest.mark.parametrize("family", FAMILIES)
def test_hints_fit_into_80_columns(family: str) -> None:
    hints = {field.key: field.hint for field in usual_fields(family, "")}
    assert {key: hint for key, hint in hints.items() if len(hint) > ROOM} == {}
