from __future__ import annotations

import shutil

import pytest

from engine.config.settings import RunSettings
from engine.errors import LilmError, MisuseError
from engine.runs import checkpoints
from engine.runs.checkpoints import (
    MARKER,
    checkpoint_folder,
    choose_checkpoint,
    complete_steps,
    is_intact,
    newest_intact,
    remove_old,
    write_checkpoint,
)
from engine.runs.folder import create_run


@pytest.fixture
def run():
    return create_run(RunSettings(), "first")


def files(content: bytes):
    def write(folder):
        (folder / "model.safetensors").write_bytes(content)
        (folder / "state.json").write_bytes(b"{}")

    return write


class Killed(BaseException):
    """Ends everything at once, as SIGKILL does: nothing may catch it."""


def test_a_checkpoint_is_found_by_its_step(run):
    with pytest.raises(MisuseError, match="no checkpoint yet"):
        choose_checkpoint(run)
    for step in (10, 9, 100):
        write_checkpoint(run, step, files(b"%d" % step))
    assert complete_steps(run) == [9, 10, 100]
    assert choose_checkpoint(run) == (100, checkpoint_folder(run, 100))
    step, folder = choose_checkpoint(run, 9)
    assert (step, (folder / "model.safetensors").read_bytes()) == (9, b"9")
    with pytest.raises(MisuseError, match="at step 11; there are 9, 10, 100"):
        choose_checkpoint(run, 11)


def test_one_that_is_being_written_does_not_count_whenever_it_is_interrupted(run, monkeypatch):
    write_checkpoint(run, 1, files(b"one"))

    def interrupted(folder):
        (folder / "model.safetensors").write_bytes(b"half")
        raise Killed

    with pytest.raises(Killed):
        write_checkpoint(run, 2, interrupted)
    assert newest_intact(run) == (1, checkpoint_folder(run, 1))
    for function in ("_flush", "_seal", "write_atomically"):

        def killed(*_):
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(checkpoints, function, killed)
            with pytest.raises(Killed):
                write_checkpoint(run, 2, files(b"two"))
        assert complete_steps(run) == [1]

    write_checkpoint(run, 2, files(b"two"))
    assert newest_intact(run) == (2, checkpoint_folder(run, 2))
    assert sorted(path.name for path in run.checkpoints_folder.iterdir()) == [
        "step-00000001",
        "step-00000002",
    ]


def test_a_full_disk_is_said_and_leaves_no_half(run):
    def full(folder):
        (folder / "model.safetensors").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(LilmError, match=r"No space left.*then resume"):
        write_checkpoint(run, 1, full)
    assert list(run.checkpoints_folder.iterdir()) == []


def test_writing_a_step_again_replaces_it(run):
    write_checkpoint(run, 1, files(b"one"))
    folder = write_checkpoint(run, 1, files(b"another"))
    assert (folder / "model.safetensors").read_bytes() == b"another"
    assert is_intact(folder)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "model.safetensors").write_bytes(b"onf"),
        lambda folder: (folder / "model.safetensors").write_bytes(b"on"),
        lambda folder: (folder / "model.safetensors").unlink(),
        lambda folder: (folder / MARKER).write_bytes(b""),
        lambda folder: (folder / MARKER).write_bytes(b'{"model.safetensors": 3}'),
        lambda folder: (folder / MARKER).unlink(),
        lambda folder: shutil.rmtree(folder),
    ],
)
def test_damage_is_found_and_the_one_before_is_taken(run, damage):
    for step, content in enumerate((b"zero", b"one")):
        write_checkpoint(run, step, files(content))
    assert newest_intact(run) == (1, checkpoint_folder(run, 1))
    damage(checkpoint_folder(run, 1))
    assert newest_intact(run) == (0, checkpoint_folder(run, 0))
    damage(checkpoint_folder(run, 0))
    assert newest_intact(run) is None


def test_old_ones_go_but_the_newest_and_the_best_stay(run):
    for step in range(1, 8):
        write_checkpoint(run, step, files(b"x"))
    remove_old(run, keep=2, best=3)
    assert complete_steps(run) == [3, 6, 7]
    remove_old(run, keep=5, best=None)
    assert complete_steps(run) == [3, 6, 7]
    remove_old(run, keep=1, best=7)
    assert complete_steps(run) == [7]
