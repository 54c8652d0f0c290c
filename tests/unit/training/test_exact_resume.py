"""A run that is killed and resumed is the same run: the same losses, the same weights, to the bit."""

from __future__ import annotations

import random
import signal
from typing import TYPE_CHECKING, Any

import pytest

from engine.runs.journals.records import Continued, Finished, Paused, Resumed, Stopped
from engine.runs.process import control
from engine.training import preparation
from tests.unit.training.trainers import evaluations, finish, last_state, losses, train_here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.runs.folder import Run

MLP = {
    "model": {"family": "mlp", "context_length": 4, "embedding": 4, "hidden": 12, "dropout": 0.1},
    "training": {"optimizer": "adamw", "windows": "random", "weight_averaging": 0.0, "evaluations": 5},
}
MASKED = {"model": {"causal": False}, "training": {"objective": "masked"}}
NGRAM = {"model": {"family": "ngram", "order": 3}}


def assert_same_run(resumed: Run, whole: Run) -> None:
    assert losses(resumed) == losses(whole)
    assert evaluations(resumed) == evaluations(whole)
    assert last_state(resumed) == last_state(whole)


@pytest.mark.parametrize(("changes", "seed"), [({}, 1), ({}, 2), (MLP, 3), (NGRAM, 4)])
def test_a_run_killed_at_any_touch_of_a_file(
    make_run: Callable[..., Run], changes: dict[str, Any], seed: int
) -> None:
    whole, killed = make_run("whole", changes), make_run("killed", changes)
    assert train_here(whole) == 0
    dice = random.Random(seed)
    kills = 0
    while (code := finish(killed, *["--resume"][: kills > 0], die_at=dice.randrange(8, 90))) != 0:
        assert code == -signal.SIGKILL
        kills += 1
        if kills == 4:
            assert finish(killed, "--resume") == 0
            break
    assert kills > 0
    assert_same_run(killed, whole)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_run_killed_many_times(make_run: Callable[..., Run], seed: int) -> None:
    changes = {"training": {"budget": "120steps", "evaluations": 12, "keep_checkpoints": 1}}
    whole, killed = make_run("whole", changes), make_run("killed", changes)
    assert train_here(whole) == 0
    dice = random.Random(seed)
    kills = 0
    while (code := finish(killed, *["--resume"][: kills > 0], die_at=dice.randrange(20, 140))) != 0:
        assert code == -signal.SIGKILL
        kills += 1
    assert kills >= 5
    assert_same_run(killed, whole)


@pytest.mark.parametrize("changes", [{}, MASKED], ids=["text", "masked"])
def test_stopped_and_resumed(
    make_run: Callable[..., Run], changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, stopped = make_run("whole", changes), make_run("stopped", changes)
    assert train_here(whole) == 0
    send_before(stopped, 7, [control.Stop()], monkeypatch)
    assert train_here(stopped) == 0
    assert isinstance(stopped.events().read_all()[-1], Stopped)
    assert last_state(stopped)[0] == 7
    monkeypatch.undo()
    monkeypatch.setenv("LILM_HOME", str(whole.folder.parent.parent))
    assert train_here(stopped, "--resume") == 0
    events = stopped.events().read_all()
    assert [event.step for event in events if isinstance(event, Resumed)] == [7]
    assert isinstance(events[-1], Finished)
    assert_same_run(stopped, whole)


def test_windows_of_documents_stay_what_was_decided_when_the_run_began(
    make_run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rhymes.txt"
    path.write_text(
        "\n<|endoftext|>\n".join(f"{n} and {n * n % 17} ran." + "So!" * (n % 7) for n in range(60))
    )
    changes = {"corpus": {"sources": [str(path)]}, "model": {"context_length": 32}}
    whole, stopped = make_run("whole", changes), make_run("stopped", changes)
    assert train_here(whole) == 0
    assert whole.read_json("data.json")["windows"] == "documents"
    send_before(stopped, 7, [control.Stop()], monkeypatch)
    assert train_here(stopped) == 0
    monkeypatch.undo()
    monkeypatch.setenv("LILM_HOME", str(whole.folder.parent.parent))
    monkeypatch.setattr(preparation, "choose_windows", lambda *_: "epochs")  # as another version might
    assert train_here(stopped, "--resume") == 0
    assert_same_run(stopped, whole)


def test_paused_and_continued(make_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    whole, paused = make_run("whole"), make_run("paused")
    assert train_here(whole) == 0
    send_before(paused, 7, [control.Pause(), control.Continue()], monkeypatch)
    assert train_here(paused) == 0
    events = paused.events().read_all()
    assert [event.step for event in events if isinstance(event, Paused | Continued)] == [7, 7]
    assert_same_run(paused, whole)


def send_before(
    run: Run, step: int, commands: list[control.Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lets the trainer find the commands when it has made so many steps."""
    from engine.training.gradient_trainer import GradientTrainer
    from engine.training.process import steering

    make_step = GradientTrainer.step
    monkeypatch.setattr(steering, "LOOK_SECONDS", 0.0)

    def send_and_step(self: GradientTrainer, number: int, fraction: float, rate_scale: float) -> int:
        if number == step - 1 and rate_scale:  # steps of autotuning have no rate
            for command in commands:
                control.send(run, command)
        return make_step(self, number, fraction, rate_scale)

    monkeypatch.setattr(GradientTrainer, "step", send_and_step)
