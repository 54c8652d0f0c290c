"""Checks of compute: graphics cards without a driver, compilers, and what they failed to compile."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.errors import UnreadableError
from engine.files.reading import read_json, read_text
from engine.formatting import size
from engine.health.finding import Finding
from engine.machine.compilers import compiler_for
from engine.machine.gpus import DRIVER
from engine.sanitize import single_line

if TYPE_CHECKING:
    from collections.abc import Sequence

NVIDIA = "0x10de"
"""As PCI numbers vendors."""
DISPLAY_CLASS = "0x03"
LITTLE_MEMORY_BYTES = 1_000_000_000


class Probe(Struct):
    """Record of a trial of torch.compile, as `engine/training/autotune/compiling.py` writes it."""

    problem: str = ""
    compiler: str = ""


def check_cards(root: Path = Path("/"), driver: Path = DRIVER) -> list[Finding]:
    """An NVIDIA card whose driver is not loaded; with a driver, torch itself is asked."""
    vendors = set()
    for device in (root / "sys/bus/pci/devices").glob("*"):
        if _read(device / "class").startswith(DISPLAY_CLASS):
            vendors.add(_read(device / "vendor"))
    if NVIDIA in vendors and not driver.exists():
        what = "there is an NVIDIA card, but its driver is not loaded"
        return [Finding("gpu", f"{what}; install the driver until nvidia-smi shows the card")]
    return []


def check_compiler(device_types: Sequence[str], trials: Path) -> list[Finding]:
    """Check that torch.compile finds a compiler, and that no trial with this one failed."""
    found = []
    for device_type in device_types:
        compiler = compiler_for(device_type)
        if compiler.path is None:
            found.append(
                Finding(
                    "compiler",
                    f"there is no compiler {compiler.name}, so long runs on {device_type} are not compiled; install "
                    f"it (apt install g++), or name another with {'CC' if device_type == 'cuda' else 'CXX'}",
                    "note",
                )
            )
            continue
        failed = [probe for probe in _probes(trials) if probe.problem and probe.compiler == compiler.identity]
        if failed:
            problem = single_line(failed[-1].problem, 200)
            found.append(
                Finding(
                    "compiler",
                    f"torch.compile failed with {compiler.path}: {problem}; runs do without it; once that is "
                    f"mended, delete {trials}, and it is tried again",
                )
            )
    return found


def check_decoder(folder: Path) -> list[Finding]:
    """Check that the newest attempt to compile the decoding step, if any, left a library."""
    newest = max(
        (*folder.glob("*.so"), *folder.glob("*.log")), key=lambda path: path.stat().st_mtime, default=None
    )
    if newest is None or newest.suffix != ".log":
        return []
    command, _, problem = _read(newest).partition("\n")
    return [
        Finding(
            "compiler",
            f"{command.partition(' ')[0]} cannot compile the decoding step: {single_line(problem, 200)}; torch "
            f"decodes more slowly; it is tried again after a day, or at once when {newest} is deleted",
        )
    ]


def check_memory(available_bytes: int) -> list[Finding]:
    if available_bytes >= LITTLE_MEMORY_BYTES:
        return []
    what = f"only {size(available_bytes)} of memory are free"
    return [Finding("memory", f"{what}; end other programs, or train a small model")]


def _probes(trials: Path) -> list[Probe]:
    """The oldest first."""
    found = []
    for path in trials.glob("*.json"):
        with suppress(OSError, UnreadableError):
            found.append((path.stat().st_mtime, read_json(path, Probe)))
    return [probe for _, probe in sorted(found, key=lambda entry: entry[0])]


def _read(path: Path) -> str:
    try:
        return read_text(path).strip()
    except UnreadableError:
        return ""
