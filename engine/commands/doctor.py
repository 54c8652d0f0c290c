"""`lilm doctor`: what this machine can do, and what is missing."""

from __future__ import annotations

import importlib.util
import os
import platform
from importlib import metadata
from typing import TYPE_CHECKING, Any

from engine import formatting, storage
from engine.commands.printing import say, say_json, table
from engine.machine import available_cores, available_memory_bytes, memory_bytes

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

PACKAGES = ("lilm", "torch", "numpy", "textual", "tiktoken", "safetensors", "msgspec")
EXTRAS = {
    "rustbpe": "trains BPE vocabularies faster; pip install 'lilm[fast]'",
    "pyarrow": "reads Parquet and .zst files; pip install 'lilm[parquet]'",
}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "doctor",
        help="show what this machine can do and what is missing",
        description="Show devices, memory, versions, folders and what is missing. Exits 1 if LiLM cannot work.",
    )
    parser.add_argument("--json", action="store_true", help="one object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    found = examine()
    if arguments.json:
        say_json(found)
    else:
        say(as_text(found))
    return 1 if found["problems"] else 0


def examine() -> dict[str, Any]:
    """Everything that the command tells, as JSON types."""
    problems = []
    folders = {
        "data": storage.data_folder(),
        "cache": storage.cache_folder(),
        "settings": storage.settings_file().parent,
    }
    for name, folder in folders.items():
        if not _can_write(folder):
            problems.append(
                f"the {name} folder {folder} cannot be written; set LILM_HOME to a folder that can be"
            )
    try:
        devices = _devices()
    except ImportError as error:
        devices = []
        problems.append(f"torch cannot be imported ({error}); install it again with pip install torch")
    return {
        "devices": devices,
        "cores": available_cores(),
        "memory_bytes": memory_bytes(),
        "available_memory_bytes": available_memory_bytes(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in PACKAGES},
        "folders": {name: str(folder) for name, folder in folders.items()},
        "problems": problems,
        "missing_extras": {
            name: purpose for name, purpose in EXTRAS.items() if importlib.util.find_spec(name) is None
        },
    }


def as_text(found: dict[str, Any]) -> str:
    memory, free = (formatting.size(found[name]) for name in ("memory_bytes", "available_memory_bytes"))
    versions = (f"{name} {version or 'not installed'}" for name, version in found["versions"].items())
    machine = (
        ("machine", f"{found['cores']} cores, {memory} of memory, {free} free"),
        ("system", f"{found['system']}, Python {found['python']}"),
        ("versions", ", ".join(versions)),
        *((f"{name} folder", folder) for name, folder in found["folders"].items()),
        *(("not installed", f"{name}, which {purpose}") for name, purpose in found["missing_extras"].items()),
        *(("PROBLEM", problem) for problem in found["problems"]),
    )
    devices = (
        (
            device["name"],
            device["kind"],
            formatting.size(device["memory_bytes"]),
            device["precision"],
            device["compute_capability"] or "",
        )
        for device in found["devices"]
    )
    header = ("device", "kind", "memory", "trains in", "capability")
    return "\n\n".join(
        [
            table(header, devices, left=5),
            "\n".join(f"{name:<16}{text}" for name, text in machine),
            "nothing is wrong" if not found["problems"] else "LiLM cannot work before the problems are gone",
        ]
    )


def _devices() -> list[dict[str, Any]]:
    import torch

    from engine.devices import choose_precision, survey_devices

    return [
        {
            "name": device.name,
            "kind": device.kind,
            "memory_bytes": device.memory_bytes,
            "bf16": device.bf16,
            "precision": choose_precision(torch.device(device.name), "auto"),
            "compute_capability": device.compute_capability,
        }
        for device in survey_devices()[0]
    ]


def _can_write(folder: Path) -> bool:
    """Whether files can be made there, or the folder itself; nothing is left behind."""
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
