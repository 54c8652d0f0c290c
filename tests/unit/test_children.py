"""Modules in the working folder: none is executed, and everything works beside them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from engine import children
from engine.children import (
    child_environment,
    keep_compiled_code,
    leave_out_working_folder,
    python_command,
)
from engine.files.storage import compiled_folder
from tests.unit.inference.small_runs import make_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LIBRARIES = {"engine", "numpy", "torch", "msgspec", "psutil", "safetensors", "tiktoken", "regex"}
SCRIPT = "import sys; sys.argv[0] = 'lilm'; from tui.__main__ import main; sys.exit(main())"


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """`foreign(names)`: a working folder with modules of these names, of which none may be executed."""
    folder, told = tmp_path / "work", tmp_path / "executed"
    code = f"open({str(told)!r}, 'a').write(__name__ + ' ')\n"

    def make(names: set[str]) -> None:
        folder.mkdir()
        for name in names:
            (folder / f"{name}.py").write_text(code)
        for name in names & {"engine", "numpy"}:
            (folder / name).mkdir()
            (folder / name / "__init__.py").write_text(code)
        monkeypatch.chdir(folder)

    # A parent that has the safe path set would hide that we do not.
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    monkeypatch.setenv("PYTHONPATH", children.ROOT)
    yield make
    assert not told.exists(), f"executed: {told.read_text()}"


def lilm(*arguments: str, start: tuple[str, ...] = ("-c", SCRIPT), **environment: str) -> str:
    """Run a command as its installed script does, or with `-m`."""
    done = subprocess.run(
        [sys.executable, *start, *arguments],
        input="hello\n",
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.fault("foreign code")
def test_training_and_talking_beside_a_stand_in_for_every_module(
    foreign: Callable[..., None], injected: Callable[[int], None]
) -> None:
    names = set(sys.stdlib_module_names) | LIBRARIES
    foreign(names)
    injected(4 * len(names))
    assert "finished at step" in lilm("train", "hello", "--model", "ngram", "--name", "mine")
    assert lilm("sample", "mine", "--tokens", "3", start=("-P", "-c", SCRIPT))
    assert "n-gram" in lilm("chat", "mine", "--tokens", "3", start=("-P", "-c", SCRIPT))
    talk_to_sampler("mine")


@pytest.mark.fault("foreign code")
@pytest.mark.parametrize("start", [("-m", "tui"), ("-m", "engine.cli")])
def test_the_module_forms_drop_the_working_folder(
    foreign: Callable[..., None], injected: Callable[[int], None], start: tuple[str, ...]
) -> None:
    # `python -m` itself loads some modules before our first line, which no program can prevent.
    code = "import runpy, pkgutil, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    names = (set(sys.stdlib_module_names) | LIBRARIES) - set(loaded.split())
    if start[-1] == "engine.cli":
        names.discard("engine")
    foreign(names)
    injected(len(names))
    make_run()
    assert "friends" in lilm("runs", "--json", start=start)


@pytest.mark.fault("foreign code")
def test_entries_of_the_python_path_that_mean_the_working_folder(
    foreign: Callable[..., None], injected: Callable[[int], None]
) -> None:
    foreign({"random", "queue", "numpy", "engine", "torch"})
    make_run()
    injected(15)
    path = os.pathsep.join(("", ".", "lib/../.", children.ROOT))
    assert lilm("sample", "friends", "--tokens", "3", PYTHONPATH=path)


@pytest.mark.slow
@pytest.mark.fault("foreign code")
def test_the_compile_probe_loads_torch_itself(foreign: Callable[..., None]) -> None:
    foreign(set(sys.stdlib_module_names) | LIBRARIES)
    command = python_command("engine.training.autotune.compile_probe")
    done = subprocess.run(command, input=b"{}", capture_output=True, env=child_environment(), check=False)
    assert b"missing required field" in done.stderr


@pytest.mark.slow
@pytest.mark.fault("foreign code")
def test_compiling_beside_a_stand_in_for_every_module(foreign: Callable[..., None]) -> None:
    from engine.models.mlp.family import MLPConfig
    from engine.training.autotune.compiling import CompileTask, try_compiling

    foreign(set(sys.stdlib_module_names) | LIBRARIES)
    task = CompileTask(
        model=MLPConfig(), vocabulary_size=16, rows=2, precision="fp32", device="cpu", threads=1
    )
    result = try_compiling(task, most_seconds=300)
    assert result.problem == ""
    assert result.compiled_pass > 0
    assert list(compiled_folder().rglob("*.so"))


@pytest.mark.fault("foreign code")
def test_worker_processes_that_are_spawned(foreign: Callable[..., None]) -> None:
    """As on systems where a process is not forked: multiprocessing starts an interpreter of its own."""
    foreign(set(sys.stdlib_module_names) | LIBRARIES)
    code = (
        "import multiprocessing, os\n"
        "from engine.children import leave_out_working_folder\n"
        "leave_out_working_folder()\n"
        "with multiprocessing.get_context('spawn').Pool(1) as pool: print(pool.apply(os.getpid))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=child_environment(),
    )
    assert done.returncode == 0, done.stderr


def test_the_path_of_a_child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(("", "src", str(tmp_path), ".")))
    path = child_environment()["PYTHONPATH"].split(os.pathsep)
    assert path == [children.ROOT, str(tmp_path)]
    monkeypatch.setattr(children, "ROOT", str(tmp_path / "site-packages"))
    assert child_environment()["PYTHONPATH"] == str(tmp_path)
    assert child_environment({"A": "1", "PYTHONPATH": "x"})["A"] == "1"


@pytest.mark.fault("foreign code")
def test_compiled_code_is_kept_out_of_the_temporary_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR")
    assert all(child_environment()[name].startswith(str(compiled_folder())) for name in names)
    monkeypatch.setenv(names[0], "/chosen")
    assert child_environment()[names[0]] == "/chosen"
    keep_compiled_code()
    assert os.environ[names[0]] == "/chosen"
    assert os.environ[names[1]].startswith(str(compiled_folder()))


def test_a_launchers_variables_are_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RANK", "WORLD_SIZE", "MASTER_ADDR", "TORCHELASTIC_RUN_ID", "PET_NNODES"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    environment = child_environment()
    assert not {"RANK", "WORLD_SIZE", "MASTER_ADDR", "TORCHELASTIC_RUN_ID", "PET_NNODES"} & environment.keys()
    assert environment["SLURM_JOB_ID"] == "7"


def test_a_checkout_that_is_the_working_folder_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(children.ROOT)
    monkeypatch.setenv("PYTHONPATH", "")
    monkeypatch.setattr(sys, "path", ["", "/absolute"])
    leave_out_working_folder()
    assert sys.path == ["/absolute", children.ROOT]
    monkeypatch.setattr(sys, "path", [children.ROOT, "/absolute"])
    leave_out_working_folder()
    assert sys.path == [children.ROOT, "/absolute"]


def talk_to_sampler(run: str) -> None:
    """Load a run in the app's sampler."""
    from engine.inference.protocol import Load, Loaded
    from tui.lab.child_client import SamplerClient

    answered = threading.Event()
    client = SamplerClient(answered.set)
    try:
        client.send(Load(id=client.next_id(), run=run))
        answers: list[object] = []
        while not any(isinstance(answer, Loaded) for answer in answers):
            assert answered.wait(60), answers
            answered.clear()
            answers += client.take_answers()
    finally:
        client.stop()
