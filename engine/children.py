"""Command and environment of our own child processes, and the import path of `lilm` itself.

A module in the working folder never stands in for one of ours or of a library: people run `lilm` in folders with a
`random.py` of their own, or in a download with one that was put there for them. Python puts the working folder first
on the import path for `-m` and `-c`, and for every empty or relative entry of PYTHONPATH.

This module imports nothing but os and sys at its top, because `lilm` imports it before that path is clean.
"""

import os
import sys

TYPE_CHECKING = False  # typing would be one more import before the path is clean
if TYPE_CHECKING:
    from pathlib import Path

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
"""The folder that `engine` lies in: site-packages, or a checkout."""

LAUNCHER_VARIABLES = (
    "RANK",
    "WORLD_SIZE",
    "LOCAL_RANK",
    "LOCAL_WORLD_SIZE",
    "GROUP_RANK",
    "GROUP_WORLD_SIZE",
    "ROLE_NAME",
    "ROLE_RANK",
    "ROLE_WORLD_SIZE",
    "NODE_RANK",
    "MASTER_ADDR",
    "MASTER_PORT",
)
LAUNCHER_PREFIXES = ("TORCHELASTIC_", "PET_")
"""Settings of torchrun and of what imitates it (Lightning, Kubeflow). A run's processes get their ranks as
arguments; a launcher's settings for another program would make them wait for processes that never come."""


WAITING = {
    # How OpenMP's threads wait for each other: they spin for some microseconds, then sleep. Spinning on is ruinous
    # as soon as something else uses a core, as the talking model does beside the trainer; sleeping at once takes
    # half as long again (tests/benchmarks/training/waiting.py). The second is for GNU's OpenMP, the first for others.
    "OMP_WAIT_POLICY": "PASSIVE",
    "GOMP_SPINCOUNT": "2000",
}


def python_command(module: str, *arguments: str) -> list[str]:
    """Command line of a module of ours in a process of its own."""
    return [sys.executable, "-P", "-m", module, *arguments]


def child_environment(defaults: dict[str, str] | None = None) -> dict[str, str]:
    """Environment of a process of our own. Of `defaults`, what is set already stays as it is."""
    inherited = {name: value for name, value in os.environ.items() if not _is_launcher_variable(name)}
    return {**_compiler_caches(), **(defaults or {}), **inherited, **_import_path()}


def keep_compiled_code() -> None:
    """Name the caches of the compiler for this process, before it compiles; a name that is set already stays.

    The compiler would name a folder under /tmp, which another user may have filled, and hand it down by os.environ.
    """
    for name, folder in _compiler_caches().items():
        os.environ.setdefault(name, folder)


def _compiler_caches() -> dict[str, str]:
    from engine.files.storage import compiled_folder, is_read_only

    folders = {
        "TORCHINDUCTOR_CACHE_DIR": compiled_folder() / "inductor",
        "TRITON_CACHE_DIR": compiled_folder() / "triton",
    }
    if is_read_only():
        # torch creates the first folder when it is imported, also where nothing is compiled.
        return {name: str(_existing(folder)) for name, folder in folders.items()}
    return {name: str(folder) for name, folder in folders.items()}


def _existing(folder: "Path") -> "Path":
    """Return a folder, or the nearest one above it that exists."""
    return next(parent for parent in (folder, *folder.parents) if parent.is_dir())


def wait_politely() -> None:
    """Sets WAITING for this process, before torch is loaded; whoever has set it already keeps their own."""
    for name, value in WAITING.items():
        os.environ.setdefault(name, value)


def leave_out_working_folder() -> None:
    """Take the working folder off the import path of this process and of all that it starts.

    Absolute entries of PYTHONPATH stay, as does the folder that LiLM itself lies in.
    """
    unsafe = {os.path.abspath(entry) for entry in _python_path() if not os.path.isabs(entry)}
    if not sys.flags.safe_path and sys.path and sys.path[0] in ("", _working_folder()):
        unsafe.add(sys.path[0])
    sys.path[:] = [entry for entry in sys.path if entry not in unsafe - {ROOT}]
    if ROOT not in sys.path:
        sys.path.append(ROOT)
    os.environ.update(_import_path())


def _import_path() -> dict[str, str]:
    """The variables that keep the working folder out of a child's import path, and ours in it."""
    safe = [entry for entry in _python_path() if os.path.isabs(entry)]
    # A checkout that is not installed would be found through the working folder alone.
    if os.path.basename(ROOT) not in ("site-packages", "dist-packages") and ROOT not in safe:
        safe.insert(0, ROOT)
    return {"PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join(safe)}


def _python_path() -> list[str]:
    path = os.environ.get("PYTHONPATH")
    return path.split(os.pathsep) if path else []


def _working_folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        return ""


def _is_launcher_variable(name: str) -> bool:
    return name in LAUNCHER_VARIABLES or name.startswith(LAUNCHER_PREFIXES)
