"""The compiled step: made by the C++ compiler that is there, for this processor, and kept in the cache."""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from engine.errors import LilmError, UnreadableError
from engine.files.reading import read_bytes, read_text
from engine.files.storage import decoder_folder, make_folder
from engine.machine.compilers import compiler_for

SWITCH = "LILM_NATIVE"
"""Environment variable; 0: decode with torch alone."""
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
TIMEOUT = 120.0
"""Seconds for the compiler, which takes some."""


@lru_cache(maxsize=1)
def native_library() -> ctypes.CDLL | None:
    """Return the compiled step; None where it is switched off or cannot be compiled."""
    return None if os.environ.get(SWITCH) == "0" else load_library(decoder_folder())


def load_library(folder: Path) -> ctypes.CDLL | None:
    """Return the compiled step in a folder, compiled unless it is there.

    None without a compiler, or where compiling fails, which is tried once and leaves its reason in the folder.
    """
    compiler = compiler_for("cpu")
    if compiler.path is None:
        return None
    source = Path(__file__).parent
    texts = [read_bytes(source / name) for name in SOURCES]
    facts = "\n".join((compiler.identity, *FLAGS, _processor())).encode()
    stem = hashlib.sha256(b"\0".join((facts, *texts))).hexdigest()[:32]
    library, failure = folder / f"{stem}.so", folder / f"{stem}.log"
    try:
        if not library.exists() and not failure.exists():
            make_folder(folder)
            _compile(compiler.path, source / SOURCES[0], library, failure)
        return ctypes.CDLL(str(library)) if library.exists() else None
    except (LilmError, OSError):
        return None  # a disk that is full or read-only, a library of another system


def _compile(compiler: Path, source: Path, library: Path, failure: Path) -> None:
    """Compile beside the library and rename: no process loads half of one. Raises OSError."""
    with tempfile.TemporaryDirectory(dir=library.parent) as made:
        command = [str(compiler), *FLAGS, str(source), "-o", f"{made}/step.so"]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False
            )
        except subprocess.TimeoutExpired:
            failure.write_text(f"{' '.join(command)}\ntook longer than {TIMEOUT:.0f} s\n")
            return
        if done.returncode:
            failure.write_bytes(" ".join(command).encode() + b"\n" + done.stderr)
        else:
            os.replace(f"{made}/step.so", library)


def _processor() -> str:
    """Model and instruction sets: a home may be shared by machines with different processors."""
    try:
        lines = read_text(Path("/proc/cpuinfo")).partition("\n\n")[0].splitlines()
    except UnreadableError:
        return f"{platform.machine()} {platform.processor()}"
    return "\n".join(
        line for line in lines if line.startswith(("model name", "flags", "Features", "CPU part"))
    )
