"""Compiling the step: once for a processor, by one process, never where that fails, and again where it is damaged."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from engine.errors import MisuseError
from engine.files.storage import decoder_folder
from engine.models.gpt.decode.native import compilation, library, trial

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HARMLESS = "this"
"""A module of Python's that runs without an error."""
MAKES_A_FILE = 'for last; do :; done\necho "library" > "$last"\n'


@pytest.fixture
def compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Callable[[], int]]:
    """`compiler(script)` is the compiler from now on; the result counts its calls. What it makes is not tried."""
    monkeypatch.setattr(compilation, "TRIAL_MODULE", HARMLESS)

    def install(script: str) -> Callable[[], int]:
        program, calls = tmp_path / "compiler", tmp_path / "calls"
        program.write_text(f"#!/bin/sh\necho called >> {calls}\n{script}")
        program.chmod(0o700)
        monkeypatch.setenv("CXX", str(program))
        return lambda: len(calls.read_text().split()) if calls.exists() else 0

    return install


Install = "Callable[[str], Callable[[], int]]"


def test_a_compiler_that_fails_is_called_once_a_day_and_its_reason_kept(
    tmp_path: Path, compiler: Install
) -> None:
    calls, folder = compiler("echo no such language >&2\nexit 1\n"), tmp_path / "kept"
    for _ in range(2):
        assert compilation.compiled_library(folder) is None
    assert calls() == 1
    (log,) = folder.glob("*.log")
    assert "no such language" in log.read_text()
    os.utime(log, (0, 0))
    assert compilation.compiled_library(folder) is None
    assert calls() == 2


@pytest.mark.parametrize("number", ["INT", "TERM", "KILL"])
def test_a_compiler_that_somebody_ended_is_called_again(
    tmp_path: Path, compiler: Install, number: str
) -> None:
    calls = compiler(f"kill -{number} $$\n")
    for _ in range(2):
        assert compilation.compiled_library(tmp_path) is None
    assert calls() == 2
    assert not [*tmp_path.glob("*.log"), *tmp_path.glob("unfinished-*")]


def test_another_processor_is_another_library(
    tmp_path: Path, compiler: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, folder = compiler(MAKES_A_FILE), tmp_path / "kept"
    one = compilation.compiled_library(folder)
    monkeypatch.setattr(compilation, "_processor", lambda: "another")
    other = compilation.compiled_library(folder)
    assert one
    assert other
    assert one.stem.partition("-")[0] != other.stem.partition("-")[0]
    assert calls() == 2


def test_a_library_is_compiled_once(tmp_path: Path, compiler: Install) -> None:
    calls, folder = compiler(MAKES_A_FILE), tmp_path / "kept"
    found = {compilation.compiled_library(folder) for _ in range(3)}
    assert len(found) == 1
    assert calls() == 1


@pytest.mark.fault("app ends")
@pytest.mark.parametrize("content", [b"", b"librarx\n", b"libr"])
def test_a_damaged_library_is_compiled_again(tmp_path: Path, compiler: Install, content: bytes) -> None:
    calls, folder = compiler(MAKES_A_FILE), tmp_path / "kept"
    sound = compilation.compiled_library(folder)
    assert sound
    sound.write_bytes(content)
    assert compilation.compiled_library(folder) == sound
    assert sound.read_text() == "library\n"
    assert calls() == 2


@pytest.mark.fault("two writers")
def test_two_processes_compile_once(tmp_path: Path, compiler: Install) -> None:
    calls, folder = compiler(f"sleep 0.5\n{MAKES_A_FILE}"), tmp_path / "kept"
    program = (
        "import sys; from pathlib import Path; from engine.models.gpt.decode.native import compilation; "
        "compilation.TRIAL_MODULE = 'this'; print(compilation.compiled_library(Path(sys.argv[1])))"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    found = {process.communicate()[0].strip() for process in processes}
    assert calls() == 1
    assert len(found) == 1
    assert found.pop().endswith(".so")


def test_without_locks_it_is_compiled_as_well(
    tmp_path: Path, compiler: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")

    def no_locks(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "lockf", no_locks)
    compiler(MAKES_A_FILE)
    assert compilation.compiled_library(tmp_path)


def test_without_a_compiler_there_is_no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    assert compilation.compiled_library(tmp_path) is None


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path, compiler: Install) -> None:
    calls = compiler(MAKES_A_FILE)
    (tmp_path / "file").touch()
    assert compilation.compiled_library(tmp_path / "file" / "folder") is None
    assert calls() == 0


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), OSError(30, "Read-only file system")]
)
def test_a_full_or_read_only_cache_is_no_error_and_no_reason(
    tmp_path: Path, compiler: Install, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    compiler(MAKES_A_FILE)

    def refuse(*_: object, **__: object) -> None:
        raise error

    def refuse_folder(_: Path) -> None:
        raise MisuseError(str(error))

    with monkeypatch.context() as patch:
        patch.setattr("tempfile.TemporaryDirectory", refuse)
        assert compilation.compiled_library(tmp_path) is None
    with monkeypatch.context() as patch:
        patch.setattr(compilation, "make_folder", refuse_folder)
        assert compilation.compiled_library(tmp_path) is None
    assert compilation.compiled_library(tmp_path)


def test_where_nothing_may_be_changed_a_library_is_used_and_none_is_made(
    tmp_path: Path, compiler: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, folder = compiler(MAKES_A_FILE), tmp_path / "kept"
    folder.mkdir()
    monkeypatch.setenv("LILM_READONLY", "1")
    assert compilation.compiled_library(folder) is None
    assert not [*folder.iterdir()]
    monkeypatch.setenv("LILM_READONLY", "0")
    library = compilation.compiled_library(folder)
    monkeypatch.setenv("LILM_READONLY", "1")
    assert compilation.compiled_library(folder) == library
    assert calls() == 1


def test_what_a_killed_process_left_is_removed_after_a_while(tmp_path: Path, compiler: Install) -> None:
    compiler(MAKES_A_FILE)
    old, young = tmp_path / "unfinished-old", tmp_path / "unfinished-young"
    for left in (old, young):
        left.mkdir()
        (left / "step.so").touch()
    os.utime(old, (0, 0))
    assert compilation.compiled_library(tmp_path)
    assert not old.exists()
    assert young.exists()


@pytest.mark.fault("app ends")
def test_what_does_not_run_on_this_processor_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiler: Install
) -> None:
    """The trial ends as at an unknown instruction."""
    calls = compiler(MAKES_A_FILE)
    illegal = "import os, signal; os.kill(os.getpid(), signal.SIGILL)"
    monkeypatch.setattr(compilation, "python_command", lambda *_: [sys.executable, "-c", illegal])
    for _ in range(2):
        assert compilation.compiled_library(tmp_path) is None
    assert calls() == 1
    (log,) = tmp_path.glob("*.log")
    assert log.read_text().endswith("what it made does not work here: SIGILL\n")


def test_the_trial_refuses_what_is_no_library(tmp_path: Path) -> None:
    (tmp_path / "step.so").write_text("library")
    with pytest.raises(OSError, match="step"):
        trial.main(str(tmp_path / "step.so"))


def test_compiling_goes_on_in_the_background(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LILM_HOME", str(tmp_path))
    monkeypatch.setenv(library.SWITCH, "1")
    goes_on, asked = threading.Event(), []

    def compile_slowly(folder: Path) -> None:
        asked.append(folder)
        assert goes_on.wait(20)

    monkeypatch.setattr(library, "compiled_library", compile_slowly)
    compiled = library.begin_compiling()
    assert compiled is not None
    assert compiled is library.begin_compiling()
    assert not compiled.done()
    goes_on.set()
    assert library.native_library() is None
    assert asked == [decoder_folder()]
    assert compiled.done()
    monkeypatch.setenv(library.SWITCH, "0")
    assert library.begin_compiling() is None
