"""Cards, compilers and trials as the file system shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from engine.health.compute import check_cards, check_compiler, check_decoder, check_memory
from engine.machine.compilers import compiler_for
from engine.models.gpt.decode.native.compilation import compiled_library
from engine.training.autotune.compiling import CompileResult

if TYPE_CHECKING:
    from pathlib import Path


def add_card(root: Path, vendor: str, kind: str) -> None:
    device = root / "sys/bus/pci/devices" / f"0000:00:{vendor}{kind}"
    device.mkdir(parents=True)
    (device / "vendor").write_text(f"{vendor}\n")
    (device / "class").write_text(f"{kind}\n")


@pytest.mark.fault("unclear")
def test_a_card_without_its_driver(tmp_path: Path) -> None:
    driver = tmp_path / "version"
    add_card(tmp_path, "0x8086", "0x030000")
    add_card(tmp_path, "0x10de", "0x040300")  # its sound
    assert check_cards(tmp_path, driver) == []
    add_card(tmp_path, "0x10de", "0x030200")
    (found,) = check_cards(tmp_path, driver)
    assert "its driver is not loaded; install the driver" in found.message
    driver.touch()
    assert check_cards(tmp_path, driver) == []


@pytest.mark.fault("unclear")
def test_no_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("CC", "CXX"):
        monkeypatch.delenv(name, raising=False)
    cpu, gpu = check_compiler(["cpu", "cuda"], tmp_path)
    assert "no compiler g++, so long runs on cpu are not compiled; install it" in cpu.message
    assert "no compiler gcc" in gpu.message
    assert cpu.severity == "note"


@pytest.mark.fault("unclear")
def test_a_trial_that_failed_with_this_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiler, trials = tmp_path / "c++", tmp_path / "trials"
    compiler.write_text("#!/bin/sh\n")
    compiler.chmod(0o700)
    trials.mkdir()
    monkeypatch.setenv("CXX", str(compiler))
    failed = CompileResult(problem="InductorError:\nno headers", compiler=compiler_for("cpu").identity)
    (trials / "a.json").write_bytes(msgspec.json.encode(failed))
    (trials / "b.json").write_bytes(msgspec.json.encode(CompileResult(problem="old", compiler="no g++")))
    (trials / "c.json").write_bytes(b"\xff")
    (found,) = check_compiler(["cpu"], trials)
    assert f"torch.compile failed with {compiler}: InductorError:↵no headers" in found.message
    assert f"delete {trials}" in found.message
    compiler.write_text("#!/bin/sh\n# another one\n")
    assert check_compiler(["cpu"], trials) == []


def test_a_decoding_step_that_was_not_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_decoder(tmp_path / "none") == []
    (compiler := tmp_path / "c++").write_text("#!/bin/sh\necho no such flag >&2\nexit 1\n")
    compiler.chmod(0o700)
    monkeypatch.setenv("CXX", str(compiler))
    assert compiled_library(tmp_path / "decoder") is None
    (found,) = check_decoder(tmp_path / "decoder")
    assert f"{compiler} cannot compile the decoding step: no such flag" in found.message
    (log,) = (tmp_path / "decoder").glob("*.log")
    assert f"at once when {log} is deleted" in found.message


def test_little_memory() -> None:
    assert check_memory(2_000_000_000) == []
    (found,) = check_memory(100_000_000)
    assert "only 100 MB of memory are free" in found.message
