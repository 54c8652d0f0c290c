"""Compiling the step: by the C++ compiler that is there, for this processor, once, into a folder of the cache.

The name of a library has two parts. The first is a hash of what it is made from: sources, flags, compiler, and
processor, since machines with different processors may share a home. The second is the hash of the library itself:
one that a bad disk has changed is not loaded, which could end the process, but compiled again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from engine.children import child_environment, python_command
from engine.errors import LilmError, UnreadableError
from engine.files.reading import read_bytes, read_text
from engine.files.storage import make_folder, refuse_if_read_only
from engine.machine.compilers import Compiler, compiler_for

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).parent
SOURCES = ("step.cpp", "matrix.hpp", "team.hpp", "vectors.hpp")
FLAGS = [
    "-std=c++20",
    "-O3",
    "-march=native",
    "-ffp-contract=fast",
    "-fopenmp-simd",
    "-fPIC",
    "-shared",
    "-pthread",
]
TRIAL_MODULE = "engine.models.gpt.decode.native.trial"
TIMEOUT, TRIAL_TIMEOUT = 120.0, 30.0
"""Seconds for the compiler, which takes some, and for the trial."""
RETRY_SECONDS = 86_400.0
"""Time after which compiling is tried again where it failed: memory or a disk may have been full."""
LEFTOVER_SECONDS = 600.0
"""Age of a folder of a process that was killed while it compiled."""
UNFINISHED = "unfinished-"
ENDED = {signal.SIGINT, signal.SIGTERM, signal.SIGKILL}
"""Signals of Ctrl-C, of a shutdown, and of the kernel where memory is short: no reason not to try again."""


def compiled_library(folder: Path) -> Path | None:
    """Return the library in a folder, compiled unless it is there.

    None without a compiler, where the folder cannot be written to, or where compiling fails, which leaves its reason
    in the folder and is tried again after a day.
    """
    compiler = compiler_for("cpu")
    if compiler.path is None:
        return None
    key = _key(compiler)
    failure = folder / f"{key}.log"
    try:
        if library := _sound_library(folder, key):
            return library
        if not _has_failed(failure):
            refuse_if_read_only(folder)
            make_folder(folder)
            with _alone(folder / f"{key}.lock"):
                _remove_damaged(folder, key)
                # Another process may have compiled while this one waited.
                library = _sound_library(folder, key)
                if library is None and not _has_failed(failure):
                    _remove_leftovers(folder)
                    library = _compile(compiler.path, folder, key, failure)
                return library
    except (LilmError, OSError):
        pass  # a disk that is full or read-only
    return None


def _key(compiler: Compiler) -> str:
    facts = "\n".join((compiler.identity, *FLAGS, _processor())).encode()
    texts = [read_bytes(SOURCE / name) for name in SOURCES]
    return hashlib.sha256(b"\0".join((facts, *texts))).hexdigest()[:32]


def _processor() -> str:
    """Model and instruction sets of the processor; where the system does not say, the name of the machine too."""
    try:
        lines = read_text(Path("/proc/cpuinfo")).partition("\n\n")[0].splitlines()
    except UnreadableError:
        return f"{platform.machine()} {platform.processor()} {platform.node()}"
    return "\n".join(
        line for line in lines if line.startswith(("model name", "flags", "Features", "CPU part"))
    )


def _sound_library(folder: Path, key: str) -> Path | None:
    """Return the library whose content is what its name says, if there is one."""
    return next((path for path in folder.glob(f"{key}-*.so") if _is_sound(path, key)), None)


def _is_sound(library: Path, key: str) -> bool:
    try:
        return library.name == _name(key, read_bytes(library))
    except UnreadableError:
        return False


def _remove_damaged(folder: Path, key: str) -> None:
    for library in folder.glob(f"{key}-*.so"):
        if not _is_sound(library, key):
            with contextlib.suppress(OSError):
                library.unlink()


def _name(key: str, content: bytes) -> str:
    return f"{key}-{hashlib.sha256(content).hexdigest()[:32]}.so"


def _has_failed(failure: Path) -> bool:
    try:
        return time.time() - failure.stat().st_mtime < RETRY_SECONDS
    except OSError:
        return False


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold a lock, or go on without it where there are no locks, or after TIMEOUT: several may compile."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    end = time.monotonic() + TIMEOUT
    with lock.open("w") as file:
        while True:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except (BlockingIOError, PermissionError):
                if time.monotonic() > end:
                    break
                time.sleep(0.05)
            except OSError:
                break
        yield


def _remove_leftovers(folder: Path) -> None:
    for left in folder.glob(f"{UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFTOVER_SECONDS:
                shutil.rmtree(left)


def _compile(compiler: Path, folder: Path, key: str, failure: Path) -> Path | None:
    """Compile beside the library, try it, and rename: no process loads half of one. Raises OSError."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=UNFINISHED) as made:
        step = Path(made, "step.so")
        command = [str(compiler), *FLAGS, str(SOURCE / SOURCES[0]), "-o", str(step)]
        problem = _run(command, TIMEOUT, {**os.environ, "TMPDIR": made})
        if problem is None:
            trial = python_command(TRIAL_MODULE, str(step))
            if (found := _run(trial, TRIAL_TIMEOUT, child_environment())) is not None:
                problem = b"what it made does not work here: " + found
        if problem is not None:
            if problem:
                failure.write_bytes(" ".join(command).encode() + b"\n" + problem)
            return None
        library = folder / _name(key, read_bytes(step))
        os.replace(step, library)
        return library


def _run(command: list[str], seconds: float, environment: dict[str, str]) -> bytes | None:
    """Return why a command failed; None if it did not, nothing if somebody ended it. Raises OSError."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return f"took longer than {seconds:.0f} s\n".encode()
    if not done.returncode:
        return None
    if -done.returncode in ENDED:
        return b""
    name = f"exit code {done.returncode}"
    if done.returncode < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-done.returncode).name
    return done.stderr or f"{name}\n".encode()
