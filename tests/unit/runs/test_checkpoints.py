from __future__ import annotations

import os
import shutil
from contextlib import nullcontext

import pytest

from engine.config.settings import RunSettings
from engine.errors import LilmError, MisuseError
from engine.runs import checkpoints
from engine.runs.checkpoints import (
    MARKER,
    best_before,
    checkpoint_folder,
    checkpoint_to_resume,
    choose_checkpoint,
    complete_steps,
    damage,
    newest_whole,
    remove_old,
    sweep,
    write_checkpoint,
)
from engine.runs.creation import create_run
from engine.runs.journals.history import RunHistory
from engine.runs.journals.records import Checkpoint, Evaluated, Resumed


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


def evaluate(run, *losses):
    """A checkpoint and an evaluation at steps 10, 20, …"""
    lowest = float("inf")
    for step, loss in enumerate(losses, 1):
        write_checkpoint(run, 10 * step, files(b"%d" % step))
        scores = {"val_loss": loss, "val_bpb": loss, "best": loss < lowest}
        run.record_event(Evaluated(time=0, step=10 * step, tokens=1, seconds=1, whole=False, **scores))
        lowest = min(lowest, loss)


def test_the_best_is_taken_where_the_loss_has_risen_since(run):
    evaluate(run, 3.0, 2.0, 2.1)
    said = []
    assert choose_checkpoint(run, notify=said.append)[0] == 20
    assert said == [
        "the held-out loss of first was lowest at step 20, which is used instead of the newest, step 30"
    ]
    assert best_before(30, RunHistory(run).read_events()) == 20
    assert choose_checkpoint(run, "newest")[0] == 30
    assert choose_checkpoint(run, "best")[0] == 20
    # The whole text has no match among the samples.
    run.record_event(Evaluated(time=0, step=30, tokens=1, seconds=1, val_loss=1.0, val_bpb=1.0))
    assert choose_checkpoint(run)[0] == 20
    (checkpoint_folder(run, 20) / "model.safetensors").write_bytes(b"damaged")
    said.clear()
    assert choose_checkpoint(run, notify=said.append)[0] == 30
    assert "at step 20, where the held-out loss was lowest, is damaged: model.safetensors" in said[0]
    with pytest.raises(LilmError, match="damaged"):
        choose_checkpoint(run, "best")


@pytest.mark.fault("wrong silently")
def test_a_damaged_line_that_may_have_named_the_best_is_told(run):
    evaluate(run, 3.0, 2.0, 2.1)
    run.events_path.write_bytes(run.events_path.read_bytes().replace(b'"val_loss":2.0', b'"val_loss":9.0'))
    said = []
    assert choose_checkpoint(run, notify=said.append)[0] == 30
    assert "a line of" in said[0]
    assert "where the loss was lowest is unknown" in said[0]


def test_the_newest_is_taken_while_the_loss_falls(run):
    with pytest.raises(MisuseError, match="best step yet"):
        choose_checkpoint(run, "best")
    evaluate(run, 3.0, 2.0)
    write_checkpoint(run, 25, files(b"paused"))
    said = []
    assert choose_checkpoint(run, notify=said.append)[0] == 25
    assert choose_checkpoint(run, "best")[0] == 20
    assert not said


def test_what_a_run_went_back_behind_is_not_its_best(run):
    evaluate(run, 3.0, 2.0, 1.0)
    run.record_event(Resumed(time=0, step=20))
    checkpoints.set_aside_after(run, 20)
    assert choose_checkpoint(run, "best")[0] == 20


def test_one_that_is_being_written_does_not_count_whenever_it_is_interrupted(run, monkeypatch):
    write_checkpoint(run, 1, files(b"one"))

    def interrupted(folder):
        (folder / "model.safetensors").write_bytes(b"half")
        raise Killed

    with pytest.raises(Killed):
        write_checkpoint(run, 2, interrupted)
    assert newest_whole(run) == (1, checkpoint_folder(run, 1))
    for function in ("_flush", "checksum_of_file", "write_atomically"):

        def killed(*_):
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(checkpoints, function, killed)
            with pytest.raises(Killed):
                write_checkpoint(run, 2, files(b"two"))
        assert complete_steps(run) == [1]

    write_checkpoint(run, 2, files(b"two"))
    assert newest_whole(run) == (2, checkpoint_folder(run, 2))
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
    assert not damage(folder)


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
    assert newest_whole(run) == (1, checkpoint_folder(run, 1))
    damage(checkpoint_folder(run, 1))
    assert newest_whole(run) == (0, checkpoint_folder(run, 0))
    damage(checkpoint_folder(run, 0))
    with pytest.raises(LilmError, match=r"damaged") if complete_steps(run) else nullcontext():
        assert newest_whole(run) is None


@pytest.mark.fault("wrong silently")
def test_whoever_uses_a_checkpoint_gets_the_newest_whole_one_and_hears_why(run):
    for step in (1, 2, 3):
        write_checkpoint(run, step, files(b"%d" % step))
    (checkpoint_folder(run, 3) / "model.safetensors").write_bytes(b"4")
    (checkpoint_folder(run, 2) / "state.json").write_bytes(b"[]")
    heard = []
    assert choose_checkpoint(run, notify=heard.append) == (2, checkpoint_folder(run, 2))
    assert len(heard) == 1
    assert "step 3 is damaged" in heard[0]
    assert "model.safetensors differs from its checksum; step 2 is used instead" in heard[0]
    with pytest.raises(LilmError, match=r"step 3 is damaged.*choose another: 1, 2"):
        choose_checkpoint(run, 3)
    assert choose_checkpoint(run, 2)[0] == 2, "only the run itself reads state.json"
    (checkpoint_folder(run, 2) / MARKER).write_bytes(b"\x80")
    (checkpoint_folder(run, 1) / MARKER).write_bytes(b"{}")
    with pytest.raises(LilmError, match="all 3 checkpoints of first are damaged; begin again"):
        choose_checkpoint(run)


@pytest.mark.fault("lost work")
def test_a_run_goes_on_from_what_is_whole_and_keeps_the_rest(run):
    for step in (1, 2, 3):
        write_checkpoint(run, step, files(b"%d" % step))
    (checkpoint_folder(run, 3) / "state.json").write_bytes(b"[]")
    heard = []
    assert checkpoint_to_resume(run, heard.append) == (2, checkpoint_folder(run, 2))
    assert "step 3 is damaged" in heard[0]
    assert "kept in" in heard[1]
    assert complete_steps(run) == [1, 2]
    assert (run.checkpoints_folder / "aside" / "step-00000003" / "model.safetensors").read_bytes() == b"3"
    assert checkpoint_to_resume(run, heard.append, from_step=1) == (1, checkpoint_folder(run, 1))
    assert complete_steps(run) == [1]
    with pytest.raises(MisuseError, match="no checkpoint at step 2; there are 1"):
        checkpoint_to_resume(run, heard.append, from_step=2)


@pytest.mark.fault("lost work")
def test_a_run_whose_checkpoints_are_all_damaged_or_gone_does_not_begin_again_unasked(run):
    assert checkpoint_to_resume(run, pytest.fail) is None, "it never had one"
    write_checkpoint(run, 1, files(b"1"))
    run.record_event(Checkpoint(time=0, step=1))
    (checkpoint_folder(run, 1) / "model.safetensors").write_bytes(b"2")
    with pytest.raises(LilmError, match=r"step 1 is damaged.*--from-step 0, or remove it"):
        checkpoint_to_resume(run, pytest.fail)
    shutil.rmtree(checkpoint_folder(run, 1))
    with pytest.raises(LilmError, match="are gone; begin again with lilm train --resume first --from-step 0"):
        checkpoint_to_resume(run, pytest.fail)
    run.checkpoints_folder.rmdir()
    run.checkpoints_folder.write_bytes(b"")
    with pytest.raises(LilmError, match="cannot read the checkpoints"):
        checkpoint_to_resume(run, pytest.fail)
    run.checkpoints_folder.unlink()
    assert checkpoint_to_resume(run, pytest.fail, from_step=0) is None


@pytest.mark.fault("unclear")
@pytest.mark.parametrize("place", range(1, 5))
def test_interrupted_pruning_leaves_nothing_half_for_long(run, monkeypatch, place):
    for step in (1, 2, 3):
        write_checkpoint(run, step, files(b"%d" % step))
    touched = []

    def killed(function):
        def touch(*arguments, **options):
            touched.append(arguments)
            if len(touched) == place:
                raise Killed
            return function(*arguments, **options)

        return touch

    with monkeypatch.context() as patch:
        for name in ("unlink", "rmdir", "rename"):
            patch.setattr(os, name, killed(getattr(os, name)))
        with pytest.raises(Killed):
            remove_old(run, keep=1, best=None)
    assert all(not damage(checkpoint_folder(run, step)) for step in complete_steps(run))
    assert complete_steps(run)[-1] == 3
    remove_old(run, keep=1, best=None)
    sweep(run)
    assert [path.name for path in run.checkpoints_folder.iterdir()] == ["step-00000003"]


def test_halves_that_earlier_versions_left_are_swept_away(run):
    for step in (1, 2, 3):
        write_checkpoint(run, step, files(b"%d" % step))
    (checkpoint_folder(run, 1) / MARKER).unlink()
    (checkpoint_folder(run, 3) / MARKER).unlink()
    sweep(run)
    left = sorted(path.name for path in run.checkpoints_folder.iterdir())
    assert left == ["step-00000002", "step-00000003"], "the newest is no leftover of pruning"


def test_old_ones_go_but_the_newest_and_the_best_stay(run):
    for step in range(1, 8):
        write_checkpoint(run, step, files(b"x"))
    remove_old(run, keep=2, best=3)
    assert complete_steps(run) == [3, 6, 7]
    remove_old(run, keep=5, best=None)
    assert complete_steps(run) == [3, 6, 7]
    remove_old(run, keep=1, best=7)
    assert complete_steps(run) == [7]
