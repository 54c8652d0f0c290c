"""`lilm runs show`: one run, its settings and checkpoints."""

from __future__ import annotations

import json
import os

from engine.runs.journals.records import BudgetExtended
from tests.unit.inference.small_runs import make_run


def test_the_newest_run_is_shown_and_watched_where_none_is_named(lilm):
    assert "lilm train" in lilm("runs", "show").error
    for age, name in enumerate(("young", "old")):
        os.utime(make_run(name).settings_path, (1000 - age, 1000 - age))
    assert lilm("runs", "show").out.startswith("young is finished")
    assert "young finished" in lilm("watch").out


def test_a_larger_budget_is_shown(lilm):
    make_run().record_event(BudgetExtended(time=0, step=1, budget="5m"))
    assert "its budget is now 5m" in lilm("runs", "show", "friends").out


def test_one_run_is_shown_with_its_settings(lilm):
    make_run(steps=(1, 7))
    out = lilm("runs", "show", "friends").out
    assert "friends is finished" in out
    assert "checkpoints at 1, 7" in out
    assert 'tokenizer = "word"' in out
    shown = json.loads(lilm("runs", "show", "friends", "--json").out)
    assert (shown["checkpoints"], shown["settings"]["model"]["order"]) == ([1, 7], 2)
