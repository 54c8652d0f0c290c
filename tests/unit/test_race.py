"""A race is one run of each kind of model, in a queue behind what trains already."""

from __future__ import annotations

import pytest

from engine import race
from engine.config.presets import RACE
from engine.errors import MisuseError
from engine.runs.folder import list_runs


def test_runs_of_a_race_share_text_and_budget_and_have_names_of_their_own() -> None:
    first, second = race.create_race(["hello"], "2s"), race.create_race(["hello"], "2s")
    assert [run.name for run in first] == [f"race-1-{name}" for name in RACE]
    assert [run.name for run in second] == [f"race-2-{name}" for name in RACE]
    for run in first:
        settings = run.settings()
        assert (settings.corpus.sources, settings.training.budget) == (("hello",), "2s")
    assert len({str(run.settings().model) for run in first}) == len(RACE)


def test_a_wrong_budget_creates_nothing() -> None:
    with pytest.raises(MisuseError):
        race.create_race(["hello"], "soon")
    assert not list_runs()


def test_each_waits_for_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    queue: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(race, "queue_trainer", lambda run, after: queue.append((run.name, list(after))))
    monkeypatch.setattr(race, "run_state", lambda run: "training" if run.name == "race-1-gpt" else "finished")
    race.create_race(["hello"], "2s")
    race.queue_race(race.create_race(["hello"], "2s"))
    assert queue[0] == ("race-2-bigram", ["race-1-gpt"])
    assert [after for _, after in queue[1:]] == [[name] for name, _ in queue[:-1]]
