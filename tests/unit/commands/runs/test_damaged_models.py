"""Checkpoints that are damaged, or removed while they are read: another one is used, and a notice says so."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from engine.inference.protocol import Load
from engine.inference.sampler import Sampler
from engine.runs import checkpoints
from tests.unit.inference.small_runs import FRIENDS, make_run, save_model


@pytest.mark.fault("wrong silently")
@pytest.mark.parametrize(
    "command",
    [
        ("sample", "friends", "--prompt", "hello", "--tokens", "3", "--seed", "1"),
        ("eval", "friends", "TEXT"),
        (
            "study",
            "temperature",
            "friends",
            "--temperatures",
            "1",
            "--runs",
            "1",
            "--tokens",
            "2",
            "--seed",
            "1",
        ),
        ("runs", "export", "friends", "OUT"),
        ("runs", "export", "friends", "OUT.arpa"),
    ],
)
def test_whoever_uses_a_damaged_model_hears_of_it(lilm, tmp_path, command):
    run = make_run(steps=(1, 7), order=3, smoothing="kneser-ney")
    (tmp_path / "text.txt").write_text(FRIENDS)
    places = {"TEXT": tmp_path / "text.txt", "OUT": tmp_path / "out", "OUT.arpa": tmp_path / "out.arpa"}
    command = [str(places.get(part, part)) for part in command]
    model = run.checkpoints_folder / "step-00000007" / "model.safetensors"
    content = bytearray(model.read_bytes())
    content[-1] ^= 1
    model.write_bytes(content)
    outcome = lilm(*command)
    assert outcome.code == 0
    assert "step 7 is damaged" in outcome.error
    assert "model.safetensors differs from its checksum; step 1 is used instead" in outcome.error
    for place in (tmp_path / "out", tmp_path / "out.arpa"):
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
    step = ("--step", "7")
    outcome = lilm(*command[:3], *step, *command[3:]) if command[0] == "study" else lilm(*command, *step)
    assert outcome.code == 1
    assert "step 7 is damaged" in outcome.error
    assert "choose another: 1" in outcome.error
    assert not any((tmp_path / name).exists() for name in ("out", ".out.part", "out.arpa"))
    run.settings_path.write_bytes(run.settings_path.read_bytes().replace(b"1337", b"1335"))
    outcome = lilm(*command)
    assert outcome.code == 1
    assert "run.toml differs from its checksum" in outcome.error


PRUNING = """
import os
os.fsync = lambda descriptor: None  # more of them in the same time
from engine.runs.checkpoints import remove_old
from engine.runs.folder import find_run
from tests.unit.inference.small_runs import FRIENDS, save_model

run = find_run("friends")
print("ready", flush=True)
for step in range(2, 1_000_000):
    save_model(run, FRIENDS, step)
    remove_old(run, 1, None)
"""


@pytest.mark.fault("app ends")
def test_runs_are_listed_and_sampled_while_checkpoints_come_and_go(lilm, injected):
    injected(8)
    make_run()
    trainer = subprocess.Popen([sys.executable, "-c", PRUNING], stdout=subprocess.PIPE)
    try:
        trainer.stdout.readline()
        for _ in range(8):
            assert lilm("runs").code == 0
            outcome = lilm("sample", "friends", "--prompt", "hello", "--tokens", "1")
            assert (outcome.code, outcome.error) == (0, "")
    finally:
        trainer.kill()
        trainer.communicate()


@pytest.mark.fault("app ends")
@pytest.mark.parametrize("reader", ["sample", "sampler", "export"])
def test_a_checkpoint_that_is_removed_while_it_is_read_is_replaced(
    lilm, monkeypatch, injected, tmp_path, reader
):
    """Twice, just when it was chosen."""
    injected(2)
    run, choose = make_run(steps=(1,)), checkpoints.choose_checkpoint
    left = [2, 3]

    def choose_and_lose(*arguments):
        chosen = choose(*arguments)
        if left:
            save_model(run, FRIENDS, left.pop(0))
            checkpoints.remove_old(run, 1, None)
        return chosen

    monkeypatch.setattr(checkpoints, "choose_checkpoint", choose_and_lose)
    match reader:
        case "sample":
            assert lilm("sample", "friends", "--prompt", "hello", "--tokens", "1").code == 0
        case "sampler":
            (answer,) = Sampler(lambda request: False, lambda: None).answer(Load(id=1, run="friends"))
            assert answer.step == 3
        case "export":
            assert lilm("runs", "export", "friends", str(tmp_path / "out")).out.startswith(
                "friends at step 3"
            )
    assert not left
