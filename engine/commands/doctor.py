"""`lilm doctor`: the capabilities of this machine, and missing parts."""

from __future__ import annotations

import importlib.util
import os
import platform
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from engine import formatting
from engine.commands.common.printing import say, say_json, table
from engine.files import storage
from engine.health.finding import Finding, Severity
from engine.machine.capacity import available_cores, available_memory_bytes, memory_bytes
from engine.machine.limits import cpu_limit, memory_limit
from engine.machine.versions import installed_version

if TYPE_CHECKING:
    import argparse

PACKAGES = ("lilm", "torch", "numpy", "textual", "tiktoken", "safetensors", "msgspec")
EXTRAS = {
    "rustbpe": "trains BPE vocabularies faster; pip install 'lilm[fast]'",
    "gguf": "exports to llama.cpp; pip install 'lilm[gguf]'",
    "matplotlib": "pictures of lilm study --svg; pip install 'lilm[pictures]'",
    "llguidance": "sampling by --regex and --grammar; pip install 'lilm[grammar]'",
    "pyarrow": "reads Parquet and .zst files; pip install 'lilm[parquet]'",
}

SIGNS = {"problem": "PROBLEM", "warning": "warning", "note": "note"}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "doctor",
        help="check this machine: devices, memory, versions, folders",
        description="Show devices, memory, versions, folders and missing parts. Exits 1 if LiLM cannot work.",
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
    """Return everything that the command reports, as JSON types."""
    from engine.corpora.cache import cache_bytes
    from engine.health import compute, disk, run_folders, sessions, terminal

    folders = {
        "data": storage.data_folder(),
        "cache": storage.cache_folder(),
        "settings": storage.settings_file().parent,
    }
    used = {**folders, disk.TEMPORARY: Path(tempfile.gettempdir())}
    free = available_memory_bytes()
    findings = [
        *disk.check_writing(folders),
        *disk.check_space(used),
        *disk.check_quota(folders),
        *disk.check_cache(folders["cache"], cache_bytes),
        *run_folders.check_runs(),
        *run_folders.check_leftovers(storage.runs_folder()),
        *terminal.check_locale(os.environ),
        *terminal.check_terminal(os.environ),
        *sessions.check_logind(),
        *compute.check_cards(),
        *compute.check_memory(free),
    ]
    devices, torch_findings = _devices()
    findings += torch_findings
    types = dict.fromkeys(device["name"].partition(":")[0] for device in devices if device["name"] != "mps")
    findings += compute.check_compiler(list(types), storage.probes_folder())
    findings += compute.check_decoder(storage.decoder_folder())
    messages = {
        severity: [finding.message for finding in findings if finding.severity == severity]
        for severity in get_args(Severity)
    }
    return {
        "devices": devices,
        "cores": available_cores(),
        "memory_bytes": memory_bytes(),
        "available_memory_bytes": free,
        "limits": _limits(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: installed_version(name) for name in PACKAGES},
        "folders": {name: str(folder) for name, folder in folders.items()},
        "problems": messages["problem"],
        "warnings": messages["warning"],
        "notes": messages["note"],
        "findings": [asdict(finding) for finding in findings],
        "missing_extras": {
            name: purpose for name, purpose in EXTRAS.items() if importlib.util.find_spec(name) is None
        },
    }


def as_text(found: dict[str, Any]) -> str:
    memory, free = (formatting.size(found[name]) for name in ("memory_bytes", "available_memory_bytes"))
    versions = (f"{name} {version or 'not installed'}" for name, version in found["versions"].items())
    machine = (
        ("machine", f"{formatting.quantity(found['cores'], 'core')}, {memory} of memory, {free} free"),
        *(("limit", limit) for limit in found["limits"]),
        ("system", f"{found['system']}, Python {found['python']}"),
        ("versions", ", ".join(versions)),
        *((f"{name} folder", folder) for name, folder in found["folders"].items()),
        *(("not installed", f"{name}, which {purpose}") for name, purpose in found["missing_extras"].items()),
        *((SIGNS[finding["severity"]], finding["message"]) for finding in found["findings"]),
    )
    devices = (
        (
            device["name"],
            device["kind"],
            formatting.size(device["memory_bytes"]),
            " or ".join(device["precisions"]),
            device["compute_capability"] or "",
        )
        for device in found["devices"]
    )
    header = ("device", "kind", "memory", "trains in", "capability")
    return "\n\n".join(
        [
            table(header, devices, left=5),
            "\n".join(f"{name:<16}{text}" for name, text in machine),
            _summary(found),
        ]
    )


def _summary(found: dict[str, Any]) -> str:
    if found["problems"]:
        return "LiLM cannot work until the problems are solved"
    warnings = len(found["warnings"])
    if warnings:
        return f"LiLM can work; {warnings} {'warning' if warnings == 1 else 'warnings'}"
    return "no problems found"


def _limits() -> list[str]:
    """Return the limits of cores and memory below the machine's own, with their sources."""
    cores, memory = cpu_limit(), memory_limit()
    return [
        *([f"{formatting.decimal(cores.amount, 2)} cores by {cores.source}"] if cores else []),
        *([f"{formatting.size(memory.amount)} of memory by {memory.source}"] if memory else []),
    ]


def _devices() -> tuple[list[dict[str, Any]], list[Finding]]:
    try:
        import torch

        from engine.machine.devices import precision_candidates, survey_devices
    except (ImportError, OSError) as error:
        what = f"torch cannot be imported ({error}); install it again with pip install torch"
        return [], [Finding("torch", what, "problem")]
    working, broken = survey_devices()
    described = []
    for device in working:
        precisions = precision_candidates(torch.device(device.name), "auto")
        described.append(
            {
                "name": device.name,
                "kind": device.kind,
                "memory_bytes": device.memory_bytes,
                "bf16": device.bf16,
                "precision": precisions[0],
                "precisions": list(precisions),
                "compute_capability": device.compute_capability,
            }
        )
    return described, [Finding("gpu", f"{name} is not used: {why}") for name, why in broken.items()]
