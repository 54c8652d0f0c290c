"""Decision on torch.compile for a run, tried in a child process, where it may fail, crash or hang."""

from __future__ import annotations

import contextlib
import hashlib
import math
import platform
import subprocess
from typing import TYPE_CHECKING

import msgspec
import torch
from msgspec import Struct

from engine.children import child_environment, python_command
from engine.errors import LilmError, UnreadableError
from engine.files.checksums import read_checked, write_checked
from engine.files.reading import decode_json
from engine.files.storage import probes_folder
from engine.machine.capacity import available_cores
from engine.machine.compilers import compiler_for
from engine.machine.devices import Precision  # noqa: TC001
from engine.models.registry import AnyModelConfig  # noqa: TC001  msgspec reads them
from engine.runs.process.exits import describe_exit, memory_evidence
from engine.training.autotune.decisions import Decision, keep_decision, kept_decision, machine_facts

if TYPE_CHECKING:
    from pathlib import Path


LEAST_SECONDS = {"cuda": 120.0, "cpu": 900.0, "mps": math.inf}
"""Length of a run that is worth the probe, which takes a minute or two on two cores; a step gains about a fifth."""
PROBE_SHARE = 0.2
"""Fraction of the run's time after which the probe is given up."""
COMPILED, EAGER = "compiled", "eager"
MARGIN = 0.95
"""The compiled run, its first pass included, must take at most this fraction of the eager one's time."""


class CompileTask(Struct, frozen=True, kw_only=True):
    """Task of the child process: the forward and backward pass of one micro-batch."""

    model: AnyModelConfig
    vocabulary_size: int
    rows: int
    precision: Precision
    device: str
    threads: int = msgspec.field(default_factory=torch.get_num_threads)


class CompileResult(Struct, frozen=True, kw_only=True):
    """Seconds, or why there are none."""

    compiling: float = 0.0
    """The first pass of another process, which finds on the disk what this one made."""
    eager_pass: float = 0.0
    """Forward and backward."""
    compiled_pass: float = 0.0
    problem: str = ""
    """Empty when it worked."""
    compiler: str = ""
    """Identity of the compiler that was tried; with another one it is tried again."""

    @property
    def is_broken_off(self) -> bool:
        """True without a result: the child took too long, or was killed."""
        return not self.compiler


def decide_compiling(
    task: CompileTask, budget: tuple[object, ...], run_seconds: float, passes: float
) -> Decision:
    """Decide whether a run of `passes` is faster compiled, compilation included; an earlier decision is kept.

    A probe without a result decides for this run alone.
    """
    question = ("compiling", task, budget, machine_facts(task.device), _compiler(task))
    if decision := kept_decision(question):
        return decision
    if run_seconds < LEAST_SECONDS[torch.device(task.device).type]:
        decision = Decision(choice=EAGER, seconds={"run": run_seconds})
    else:
        result = try_compiling(task, PROBE_SHARE * run_seconds)
        compiled = result.compiling + passes * result.compiled_pass
        pays = not result.problem and compiled <= MARGIN * passes * result.eager_pass
        seconds = {
            "run": run_seconds,
            "compiling": result.compiling,
            "eager_pass": result.eager_pass,
            "compiled_pass": result.compiled_pass,
        }
        decision = Decision(choice=COMPILED if pays else EAGER, seconds=seconds)
        if result.is_broken_off:
            return decision
    keep_decision(question, decision)
    return decision


def try_compiling(task: CompileTask, most_seconds: float) -> CompileResult:
    """Asks a child, or what it found the last time on this machine with this compiler and version of torch."""
    path = _cached(task)
    with contextlib.suppress(UnreadableError):
        return read_checked(path, CompileResult)
    try:
        child = subprocess.run(
            python_command("engine.training.autotune.compile_probe"),
            input=msgspec.json.encode(task),
            capture_output=True,
            timeout=most_seconds,
            check=False,
            env=child_environment(),
        )
    except subprocess.TimeoutExpired:
        return CompileResult(problem=f"it took more than {most_seconds:.0f} seconds")
    try:
        result = decode_json(child.stdout.splitlines()[-1], CompileResult)
    except (IndexError, UnreadableError):
        how = describe_exit(child.returncode, memory_evidence())
        return CompileResult(problem=f"the process that tried it {how}")
    result = msgspec.structs.replace(result, compiler=_compiler(task))
    _remember(path, result)
    return result


def _remember(path: Path, result: CompileResult) -> None:
    try:
        write_checked(path, result)
    except LilmError:
        return  # the next run will have to ask again


def _compiler(task: CompileTask) -> str:
    return compiler_for(torch.device(task.device).type).identity


def _cached(task: CompileTask) -> Path:
    chip = torch.cuda.get_device_name() if task.device.startswith("cuda") else platform.processor()
    here = (torch.__version__, chip, platform.node(), available_cores(), _compiler(task))
    key = repr((msgspec.json.encode(task), *here))
    return probes_folder() / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
