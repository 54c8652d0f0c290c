"""logind's settings in trees of files as distributions have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.health.sessions import check_logind

if TYPE_CHECKING:
    from pathlib import Path


def write(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_conf", ".conf")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"[Login]\n{text}\n")
    return root


@pytest.mark.fault("unclear")
def test_sessions_that_kill_their_processes(tmp_path: Path) -> None:
    write(tmp_path, etc__systemd__logind_conf="#KillUserProcesses=no\nKillUserProcesses = yes")
    (found,) = check_logind(tmp_path, "bob")
    assert "a run ends when you log out" in found.message
    assert "loginctl enable-linger" in found.message
    assert check_logind(tmp_path, "root") == []


def test_the_last_drop_in_decides_and_etc_hides_the_others(tmp_path: Path) -> None:
    write(
        tmp_path,
        usr__lib__systemd__logind_conf="KillUserProcesses=yes",
        etc__systemd__logind_conf="#nothing",
    )
    assert check_logind(tmp_path, "bob") == []
    write(tmp_path, **{"usr/lib/systemd/logind.conf.d/50-kill.conf": "KillUserProcesses=1"})
    assert len(check_logind(tmp_path, "bob")) == 1
    write(tmp_path, **{"etc/systemd/logind.conf.d/50-kill.conf": "KillUserProcesses=no"})
    assert check_logind(tmp_path, "bob") == []
    write(tmp_path, **{"run/systemd/logind.conf.d/60-late.conf": "KillUserProcesses=on"})
    assert len(check_logind(tmp_path, "bob")) == 1


def test_users_that_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, etc__systemd__logind_conf="KillUserProcesses=yes\nKillExcludeUsers=root bob")
    assert check_logind(tmp_path, "bob") == []
    write(tmp_path, etc__systemd__logind_conf="KillUserProcesses=yes\nKillOnlyUsers=eve")
    assert check_logind(tmp_path, "bob") == []
    assert len(check_logind(tmp_path, "eve")) == 1


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "etc/systemd").mkdir(parents=True)
    (tmp_path / "etc/systemd/logind.conf").write_bytes(b"\xff")
    assert check_logind(tmp_path, "bob") == []
    assert check_logind(tmp_path / "none", "bob") == []
