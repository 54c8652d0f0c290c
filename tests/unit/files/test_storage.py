"""Errors of writing: a full disk is exit code 1 for every command, and a path that cannot be written is misuse."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from engine.cli import main
from engine.errors import DiskFullError, LilmError, MisuseError
from engine.files.storage import (
    atomic_file,
    cache_folder,
    cannot_write,
    data_folder,
    settings_file,
    write_atomically,
)


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (errno.ENOSPC, DiskFullError, 1),
        (errno.EDQUOT, DiskFullError, 1),
        (errno.EACCES, MisuseError, 2),
        (errno.EROFS, MisuseError, 2),
    ],
)
def test_the_kind_of_error(number: int, kind: type[LilmError], code: int) -> None:
    error = cannot_write(Path("/somewhere/file"), OSError(number, "reason"))
    assert type(error) is kind
    assert error.exit_code == code
    assert str(error).startswith("cannot write /somewhere/file: reason; ")


def test_an_atomic_file_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    def write() -> None:
        with atomic_file(tmp_path / "file") as file:
            file.write(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DiskFullError):
        write()
    assert list(tmp_path.iterdir()) == []


def test_a_home_of_an_unknown_user_is_misuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LILM_HOME", "~nobody-of-this-name/lilm")
    for folder in (data_folder, cache_folder, settings_file):
        with pytest.raises(MisuseError, match="there is no such user; set it to a folder"):
            folder()
    assert main(["runs"]) == 2


def test_a_folder_in_place_of_a_file_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="Is a directory; name a file"):
        write_atomically(tmp_path, b"")
