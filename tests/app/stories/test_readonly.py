"""`lilm --readonly`: runs are watched and models talk, and no file changes, whatever is pressed."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from engine.children import child_environment
from engine.errors import MisuseError
from engine.files.storage import READ_ONLY, data_folder, make_folder, write_atomically
from engine.runs.creation import create_run
from engine.runs.folder import list_runs, remove_run, rename_run
from engine.runs.process import control
from tests.app.conftest import open_lab
from tests.app.frozen_runs import make_run
from tui.lab.obstacles import READ_ONLY_NOTE
from tui.lab.saved_talk import save_draft
from tui.memory import remember
from tui.preferences import Preferences

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.conftest import User

SIZE = (100, 30)
ENDS = {"ctrl+q", "ctrl+z"}
"""Keys that end the lab or leave it."""


@pytest.fixture
def readonly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Preferences:
    """Preferences of a lab whose home and working folder have runs already."""
    for name, state in (("fox", "training"), ("hen", "finished"), ("owl", "stopped")):
        make_run(name, state)  # type: ignore[arg-type]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(READ_ONLY, "1")
    return Preferences(readonly=True)


def tree(folder: Path) -> dict[str, tuple[int, str]]:
    """Return the modification time and content of everything in a folder."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in sorted(folder.rglob("*"))
    }


async def press_every_key(user: User, place: str, done: set[tuple[str, str]]) -> None:
    """Press the keys that work in a pane and have not been pressed in another one before."""
    await user.press(place, *(("escape",) if place == "4" else ()))
    keys = {(key, active.binding.action) for key, active in user.app.screen.active_bindings.items()}
    for key, action in sorted(keys - done):
        done.add((key, action))
        if key in ENDS:
            continue
        await user.press(key)
        if user.app.screen is not user.app.lab_screen:
            await user.press("x", "enter", "y", "y")  # a dialog or another screen: confirm whatever it asks
            while user.app.screen is not user.app.lab_screen:
                user.app.pop_screen()
            await user.press(place, *(("escape",) if place == "4" else ()))


async def test_no_key_changes_a_file(readonly: Preferences, tmp_path: Path) -> None:
    before = tree(tmp_path)
    assert len(before) > 30
    async with open_lab(SIZE, preferences=readonly) as user:
        await user.run_is("fox", "training")
        await user.sees("read-only")
        done: set[tuple[str, str]] = set()
        for place, name in zip("1234", ("owl", "owl", "fox", "hen"), strict=True):
            user.app.lab_screen.select(name)
            await press_every_key(user, place, done)
        assert len(done) > 60
    assert tree(tmp_path) == before


async def test_a_model_talks_and_nothing_of_it_is_kept(readonly: Preferences, tmp_path: Path) -> None:
    before = tree(tmp_path)
    async with open_lab(preferences=readonly) as user:
        await user.run_is("hen", "finished")
        user.app.lab_screen.select("hen")
        await user.press("4")
        await user.write("once")
        await user.press("enter")
        await user.sees("little fox")
        await user.until(lambda: not user.app.lab.talker.is_busy)
        await user.write("unsent")
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    "keys", [("1", "enter"), ("n",), ("1", "R"), ("2", "P"), ("2", "N"), ("2", "d"), ("3", "f")]
)
async def test_a_key_that_would_change_a_file_says_so(readonly: Preferences, keys: tuple[str, ...]) -> None:
    async with open_lab(preferences=readonly) as user:
        await user.run_is("owl", "stopped")
        user.app.lab_screen.select("owl")
        await user.press(*keys)
        await user.sees(READ_ONLY_NOTE)
        assert user.app.screen is user.app.lab_screen


def test_torch_gets_folders_that_exist_as_it_would_create_others(readonly: Preferences) -> None:
    environment = child_environment()
    for name in ("TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR"):
        assert os.path.isdir(environment[name])


def test_the_engine_refuses_to_write(readonly: Preferences, tmp_path: Path) -> None:
    before = tree(tmp_path)
    (owl,) = (run for run in list_runs() if run.name == "owl")
    (fox,) = (run for run in list_runs() if run.name == "fox")
    for write in (
        lambda: create_run(owl.settings()),
        lambda: rename_run(owl, "elk"),
        lambda: remove_run(owl),
        lambda: control.send(fox, control.Pause()),
        lambda: save_draft(owl, "x"),
        lambda: make_folder(data_folder() / "other"),
        lambda: write_atomically(tmp_path / "x", "x"),
    ):
        with pytest.raises(MisuseError, match=f"{READ_ONLY} is set"):
            write()
    remember(theme="light")
    os.environ.pop(READ_ONLY)
    assert tree(tmp_path) == before
    save_draft(owl, "x")
    assert tree(tmp_path) != before
