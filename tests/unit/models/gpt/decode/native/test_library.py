"""Compiling the step: once, and never where that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.models.gpt.decode.native import library

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A compiler that notes its calls and fails."""
    program, calls = tmp_path / "compiler", tmp_path / "calls"
    program.write_text(f"#!/bin/sh\necho called >> {calls}\necho no such language >&2\nexit 1\n")
    program.chmod(0o700)
    monkeypatch.setenv("CXX", str(program))
    return calls


def test_a_compiler_that_fails_is_called_once_and_its_reason_kept(tmp_path: Path, compiler: Path) -> None:
    folder = tmp_path / "kept"
    assert library.load_library(folder) is None
    assert library.load_library(folder) is None
    assert compiler.read_text() == "called\n"
    (log,) = folder.iterdir()
    assert "no such language" in log.read_text()


def test_another_processor_is_another_question(
    tmp_path: Path, compiler: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.load_library(tmp_path / "kept")
    monkeypatch.setattr(library, "_processor", lambda: "another")
    library.load_library(tmp_path / "kept")
    assert compiler.read_text() == "called\ncalled\n"


def test_without_a_compiler_there_is_no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    assert library.load_library(tmp_path) is None


@pytest.mark.usefixtures("compiler")
def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert library.load_library(tmp_path / "file" / "folder") is None


def test_a_damaged_library_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "compiler"
    program.write_text('#!/bin/sh\nfor last; do :; done\necho damaged > "$last"\n')
    program.chmod(0o700)
    monkeypatch.setenv("CXX", str(program))
    assert library.load_library(tmp_path / "kept") is None
