"""A flipped bit anywhere in a run is noticed, or nothing that is sampled or trained from it differs."""

from __future__ import annotations

import random
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from engine.errors import LilmError
from engine.inference.loading import load_run
from engine.runs.folder import Run
from engine.runs.journals.records import Failed, Notice
from engine.runs.process import control
from tests.unit.training.test_exact_resume import send_before
from tests.unit.training.trainers import evaluations, last_state, losses, train_here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Training = tuple[object, ...]


def trained(run: Run) -> Training:
    """All that a finished run has to show."""
    return losses(run), evaluations(run), last_state(run)


def sampled_from(run: Run) -> tuple[object, ...]:
    heard: list[str] = []
    loaded = load_run(run, device="cpu", notify=heard.append)
    weights = {name: tensor.tolist() for name, tensor in loaded.model.network.state_dict().items()}  # type: ignore[attr-defined]
    return loaded.step, loaded.settings, loaded.tokenizer.to_json(), weights, heard


@pytest.fixture
def stopped(make_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> Run:
    run = make_run("stopped")
    with monkeypatch.context() as patch:
        send_before(run, 20, [control.Stop()], patch)
        assert train_here(run) == 0
    return run


def check_flips(stopped: Run, seed: int, flips: int) -> int:
    """Flip bits of each file in turn; gives their number."""

    def copy(name: str) -> Run:
        return Run(shutil.copytree(stopped.folder, stopped.folder.with_name(name)))

    whole = copy("whole")
    assert train_here(whole, "--resume") == 0
    expected, sampled = trained(whole), sampled_from(stopped)
    curve, *_ = expected
    assert isinstance(curve, dict)
    dice = random.Random(seed)
    files = [path for path in stopped.folder.rglob("*") if path.is_file() and path.stat().st_size]
    assert {
        "run.toml",
        "tokenizer.json",
        "data.json",
        "env.json",
        "sums.json",
        "events.jsonl",
        "COMPLETE",
    } <= {path.name for path in files}
    for number, path in enumerate(files * flips):
        flipped = copy(f"flipped-{number}")
        place = flip(flipped.folder / path.relative_to(stopped.folder), dice)
        said = len(flipped.events().read_all())
        with suppress(LilmError):
            assert (found := sampled_from(flipped)) == sampled or found[-1], place
        code = train_here(flipped, "--resume")
        after = flipped.events().read_all()[said:]
        noticed = [event for event in after if isinstance(event, Notice | Failed)]
        if code == 0 and not noticed:
            assert last_state(flipped) == expected[-1], place
            assert all(curve[step] == loss for step, loss in losses(flipped).items()), place
        assert code == 0 or noticed, place
        shutil.rmtree(flipped.folder)
    return flips * len(files)


def flip(path: Path, dice: random.Random) -> str:
    content = bytearray(path.read_bytes())
    place, bit = dice.randrange(len(content)), dice.randrange(8)
    content[place] ^= 1 << bit
    path.write_bytes(content)
    return f"bit {bit} of byte {place} of {path}"


@pytest.mark.fault("wrong silently")
def test_a_flipped_bit_in_each_file(stopped: Run, injected: Callable[[int], None]) -> None:
    injected(check_flips(stopped, seed=1, flips=1))


@pytest.mark.slow
@pytest.mark.fault("wrong silently")
def test_many_flipped_bits_in_each_file(stopped: Run, injected: Callable[[int], None]) -> None:
    injected(check_flips(stopped, seed=2, flips=12))
