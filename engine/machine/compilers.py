"""The compiler that torch.compile calls: C++ for a CPU, C for the launchers of a GPU's kernels. No torch."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Compiler:
    name: str
    """As it is called: g++, or what CXX or CC says."""
    path: Path | None
    """None when there is none."""

    @property
    def identity(self) -> str:
        """Changes when another compiler is installed, updated or removed."""
        if self.path is None:
            return f"no {self.name}"
        try:
            facts = self.path.stat()
        except OSError:
            return str(self.path)
        return f"{self.path.resolve()} {facts.st_size} {facts.st_mtime_ns}"


def compiler_for(device_type: str) -> Compiler:
    """The compiler that torch (a CPU) or Triton (a GPU) takes."""
    if device_type == "cuda":
        names = [os.environ["CC"]] if os.environ.get("CC") else ["gcc", "clang"]
    else:
        names = [os.environ.get("CXX") or ("clang++" if sys.platform == "darwin" else "g++")]
    paths = [(name, shutil.which(name)) for name in names]
    name, path = next((found for found in paths if found[1]), paths[0])
    return Compiler(name, Path(path) if path else None)
