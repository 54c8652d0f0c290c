"""A run may come from anywhere: nothing is written, removed or read where a symbolic link in it leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.config.settings import RunSettings
from engine.errors import LilmError, MisuseError
from engine.files.storage import find_link
from engine.runs.checkpoints import choose_checkpoint
from engine.runs.creation import create_run
from engine.runs.folder import Run, list_runs, remove_run, rename_run, runs_folder
from engine.runs.journals.records import Preparing
from engine.runs.process import control, launch
from engine.runs.process.lock import Purpose
from engine.runs.process.status import hold_run, run_state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = ("control", "checkpoints", "checkpoints/step-00000001", "lock", "events.jsonl", "metrics.jsonl", "log.txt",
         "control/refused", "worker.json")  # fmt: skip


@pytest.fixture
def run() -> Run:
    return create_run(RunSettings(), "hostile")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Somebody's folder, as a run's link may lead to it."""
    folder = tmp_path / "elsewhere"
    (folder / "step-00000001").mkdir(parents=True)
    for name in ("1.json", "COMPLETE", "step-00000001/COMPLETE", "run.toml"):
        (folder / name).write_text("{}")
    return folder


def link(run: Run, name: str, target: Path) -> None:
    path = run.folder / name
    path.parent.mkdir(exist_ok=True)
    if path.is_dir():
        path.rmdir()
    path.symlink_to(target)


def content(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.fault("foreign code")
@pytest.mark.parametrize("name", NAMES)
def test_a_link_in_a_run_is_refused_and_what_it_leads_to_stays(
    run: Run, elsewhere: Path, name: str, injected: Callable[[int], None]
) -> None:
    injected(5)
    before = content(elsewhere)
    link(run, name, elsewhere / "1.json" if "." in name or name == "lock" else elsewhere)
    for forbidden in (
        lambda: launch.start_trainer(run, resume=True),
        lambda: hold_run(run, Purpose.TRAIN),
        lambda: control.send(run, control.Stop()),
        lambda: choose_checkpoint(run),
        lambda: rename_run(run, "renamed"),
    ):
        with pytest.raises(MisuseError, match=rf"hostile/{name} is a symbolic link"):
            forbidden()
    assert [other.name for other in list_runs()] == ["hostile"]
    assert run_state(run) in ("preparing", "died", "unreadable")
    remove_run(run)
    assert not run.folder.exists()
    assert content(elsewhere) == before


@pytest.mark.fault("foreign code")
def test_a_journal_that_becomes_a_link_is_not_written(run: Run, elsewhere: Path) -> None:
    run.events_path.symlink_to(elsewhere / "1.json")
    with pytest.raises(LilmError, match="cannot write"):
        run.record_event(Preparing(time=0, stage="x"))
    assert (elsewhere / "1.json").read_text() == "{}"


@pytest.mark.fault("foreign code")
def test_of_a_run_that_is_a_link_only_the_link_is_removed(run: Run, elsewhere: Path) -> None:
    before = content(elsewhere)
    linked = Run(runs_folder() / "linked")
    linked.folder.symlink_to(elsewhere)
    with pytest.raises(MisuseError, match="linked is a symbolic link"):
        hold_run(linked, Purpose.START)
    with pytest.raises(MisuseError, match="linked is a symbolic link"):
        rename_run(linked, "other")
    with pytest.raises(MisuseError, match="there is a run named linked already"):
        create_run(RunSettings(), "linked")
    remove_run(linked)
    assert not linked.folder.is_symlink()
    assert content(elsewhere) == before


def test_the_first_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert find_link(tmp_path) is None
    (tmp_path / "a" / "b" / "broken").symlink_to("nowhere")
    assert find_link(tmp_path) == tmp_path / "a" / "b" / "broken"
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert find_link(tmp_path / "link") == tmp_path / "link"
