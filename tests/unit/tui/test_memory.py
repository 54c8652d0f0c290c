"""The memory of the app survives other apps, damage and disks that cannot be written."""

from __future__ import annotations

import fcntl
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from engine.files.storage import data_folder
from tui import memory
from tui.app import LilmApp
from tui.memory import memory_file, remember, remembered

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LILM_HOME", str(tmp_path / "home"))


def test_only_what_changed_is_written() -> None:
    assert remembered() == {}
    remember(theme="light", order="name")
    remember(theme="dark")
    assert remembered() == {"theme": "dark", "order": "name"}


def test_the_theme_chosen_last_is_used() -> None:
    remember(theme="high-contrast")
    assert LilmApp().theme == "high-contrast"


@pytest.mark.fault("two writers")
def test_nothing_is_lost_when_many_write_at_once() -> None:
    def write(name: str) -> None:
        for number in range(10):
            remember(**{name: number})

    names = ["theme", "order", "run", "text"]
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(write, names))
    assert remembered() == dict.fromkeys(names, 9)


@pytest.mark.fault("two writers")
def test_an_app_that_is_stopped_while_it_writes_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "LOCK_SECONDS", 0.05)
    remember(theme="light")
    holder = os.open(data_folder(), os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    try:
        remember(theme="dark")
    finally:
        os.close(holder)
    assert remembered() == {"theme": "dark"}


@pytest.mark.fault("app ends")
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"theme": "\xff"}', b"[" * 100_000, b"\0" * 50])
def test_a_damaged_file_is_set_aside(content: bytes) -> None:
    remember(theme="light")
    memory_file().write_bytes(content)
    assert remembered() == {}
    assert memory_file().with_name("app.damaged.json").read_bytes() == content
    remember(theme="dark")
    assert remembered() == {"theme": "dark"}


@pytest.mark.fault("app ends")
def test_anything_else_in_its_place_is_left_alone() -> None:
    data_folder().mkdir()
    memory_file().mkdir()
    assert remembered() == {}
    remember(theme="dark")
    assert memory_file().is_dir()


@pytest.mark.fault("app ends")
@pytest.mark.parametrize("theme", [3, ["dark"], {"a": 1}, "no such theme", None])
def test_a_theme_that_there_is_not_is_forgotten(theme: object) -> None:
    remember(theme=theme)
    assert LilmApp().theme in ("dark", "16-color")


def test_a_disk_that_cannot_be_written_bothers_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LILM_HOME", "/dev/null/home")
    remember(theme="dark")
    assert remembered() == {}
