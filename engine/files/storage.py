"""Folders of LiLM, and atomic writes: no reader ever sees half of a file."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import platformdirs

from engine.errors import DiskFullError, LilmError, MisuseError

if TYPE_CHECKING:
    from collections.abc import Iterator

OWNER_ONLY = 0o700
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
NOT_A_FILE = frozenset({errno.EISDIR, errno.ENOTDIR})
"""Of a disk, or of a quota on it."""
OTHERS = 0o077
"""Permissions of everybody else, for `os.umask`."""
NO_SURPRISES = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
"""Flags to open a file of a run with: no link is followed, no FIFO waited for, no child inherits it."""

READ_ONLY = "LILM_READONLY"
"""Environment variable with which nothing of ours is written, in this process and its children."""

_OURS = {"runs", "corpora", "cache", "config.toml"}


def _home() -> Path | None:
    """Return the folder that LILM_HOME names. Raises MisuseError for the home of an unknown user."""
    home = os.environ.get("LILM_HOME")
    try:
        return Path(home).expanduser().absolute() if home else None
    except RuntimeError as error:
        raise MisuseError(f"LILM_HOME={home}: there is no such user; set it to a folder") from error


def data_folder() -> Path:
    """Runs and corpora: LILM_HOME, or the platform's data folder."""
    return _home() or platformdirs.user_data_path("lilm", appauthor=False)


def runs_folder() -> Path:
    return data_folder() / "runs"


def corpora_folder() -> Path:
    return data_folder() / "corpora"


def cache_folder() -> Path:
    """Folder of what can be made again: token shards, probes."""
    home = _home()
    return home / "cache" if home else platformdirs.user_cache_path("lilm", appauthor=False)


def compiled_folder() -> Path:
    """Code that torch.compile made; not in the temporary folder, where others could put theirs."""
    return cache_folder() / "compiled"


def decoder_folder() -> Path:
    """Folder of the decoding step that a C++ compiler made, or of its reason why it could not."""
    return compiled_folder() / "decoder"


def probes_folder() -> Path:
    """Folder of measurements and decisions on this machine: dtypes, and the benefit of compiling."""
    return cache_folder() / "compiling"


def settings_file() -> Path:
    """The app's own preferences."""
    home = _home()
    return (home or platformdirs.user_config_path("lilm", appauthor=False)) / "config.toml"


def is_read_only() -> bool:
    return os.environ.get(READ_ONLY, "") not in ("", "0")


def refuse_if_read_only(path: Path) -> None:
    """Raise MisuseError where nothing may be changed; called before everything that changes a file of ours."""
    if is_read_only():
        raise MisuseError(f"cannot write {path}: {READ_ONLY} is set, as by lilm --readonly; start without it")


def make_folder(folder: Path) -> Path:
    """Creates a folder, and its parents, for the owner only.

    Raises MisuseError when the disk or the permissions do not allow it.
    """
    if folder.is_dir():
        return folder
    refuse_if_read_only(folder)
    try:
        # `parents` of mkdir would make them as the umask has it.
        for missing in reversed([parent for parent in (folder, *folder.parents) if not parent.exists()]):
            missing.mkdir(mode=OWNER_ONLY, exist_ok=True)
        folder.mkdir(mode=OWNER_ONLY, exist_ok=True)  # an error where a file is in the way
    except OSError as error:
        raise cannot_write(folder, error) from error
    return folder


def close_to_others() -> None:
    """Take other people's permissions off our folders that an older version has made.

    A LILM_HOME in which there is anything else stays as its owner wants it.
    """
    home = _home()
    for folder in () if is_read_only() else {data_folder(), cache_folder()}:
        with contextlib.suppress(OSError):
            mode = stat.S_IMODE(folder.lstat().st_mode)
            if mode & OTHERS and (folder != home or _OURS.issuperset(os.listdir(folder))):
                folder.chmod(mode & ~OTHERS)


def open_to_append(path: Path) -> int:
    """Descriptor for adding to a file and reading it, which is made for the owner only. No link is followed.

    Raises OSError, and MisuseError where nothing may be changed.
    """
    refuse_if_read_only(path)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | NO_SURPRISES, 0o600)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file")
    return descriptor


def find_link(folder: Path) -> Path | None:
    """The first symbolic link in a folder and all that it contains, itself included; None when there is none."""
    if folder.is_symlink():
        return folder
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            if path.is_symlink():
                return path
    return None


@contextmanager
def atomic_file(path: Path, *, parents: bool = True) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when it is whole and on the disk.

    Raises DiskFullError when there is no space, and MisuseError when there is no permission, or, with `parents`
    false, no folder for it; then nothing is left behind.
    """
    refuse_if_read_only(path)
    if parents:
        make_folder(path.parent)
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise cannot_write(path, error) from error
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        part.unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes | str, *, parents: bool = True) -> None:
    """Writes a whole small file, as `atomic_file` does. Text is UTF-8."""
    with atomic_file(path, parents=parents) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def indented_json(content: object, indent: int = 2) -> bytes:
    """Return JSON that people read, with a newline at its end."""
    import msgspec  # the app's first frame does without it

    return msgspec.json.format(msgspec.json.encode(content), indent=indent) + b"\n"


@contextmanager
def folder_at_once(final: Path, part: Path) -> Iterator[Path]:
    """Fill `part`, and rename it to `final` at the end of the block; after an exception it is removed.

    Raises OSError, and MisuseError where nothing may be changed.
    """
    refuse_if_read_only(final)
    try:
        yield part
        part.rename(final)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def cannot_write(
    path: Path,
    error: OSError,
    advice: str = "free some space or set LILM_HOME to a folder that can be written",
) -> LilmError:
    """Return the error to raise for a path: DiskFullError when there is no room, else MisuseError."""
    if error.errno in NOT_A_FILE:
        advice = "name a file"
    what = f"cannot write {path}: {error.strerror or error}"
    return DiskFullError(what, advice) if error.errno in NO_ROOM else MisuseError(f"{what}; {advice}")
