"""Shortages of memory, as libraries report them and as the system makes them."""

from __future__ import annotations

import errno
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from engine.children import child_environment
from engine.errors import LilmError
from engine.machine import limits
from engine.machine.limits import Limit
from engine.machine.shortage import TORCH_BYTES, describe_shortage, require_memory_for_torch
from tests.unit.inference.small_runs import make_run

if TYPE_CHECKING:
    from collections.abc import Callable

LILM = "import sys; from engine.cli import main; sys.exit(main())"


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.fault("unclear")
@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("std::bad_alloc"),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory: you tried"
        ),
        ImportError("libtorch_cpu.so: failed to map segment from shared object"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        RuntimeError("unable to mmap 4000 bytes from file </x>: Cannot allocate memory (12)"),
        caused(ImportError("numpy could not be imported"), ImportError("x.so: failed to map segment")),
    ],
)
def test_a_shortage_in_one_sentence(error: Exception) -> None:
    said = describe_shortage(error)
    assert said is not None
    assert said.startswith("memory ran out: ")
    assert "take a smaller model" in said


@pytest.mark.parametrize(
    "error",
    [RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), RuntimeError("CUDA error: out of memory")],
)
def test_a_shortage_of_a_gpu(error: Exception) -> None:
    assert "the GPU's memory ran out" in (describe_shortage(error) or "")


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("shapes differ"),
        OSError(errno.ENOSPC, "No space"),
        ValueError("bad_alloc"),
        SystemError(),
    ],
)
def test_other_errors_are_none(error: Exception) -> None:
    assert describe_shortage(error) is None


def test_torch_is_not_loaded_where_it_would_abort(monkeypatch: pytest.MonkeyPatch) -> None:
    def limited(amount: int, *, is_address_space: bool = True) -> None:
        limit = Limit(amount, "RLIMIT_AS, ulimit -v", is_address_space)
        monkeypatch.setattr(limits, "resource_limits", lambda: iter([(limit, 100_000_000)]))

    limited(TORCH_BYTES)
    with pytest.raises(
        LilmError, match=r"the limit \(RLIMIT_AS, ulimit -v\) leaves 550 MB of memory.*raise the limit"
    ):
        require_memory_for_torch()
    limited(TORCH_BYTES + 100_000_000)
    require_memory_for_torch()
    limited(0, is_address_space=False)
    require_memory_for_torch()


def sample_within(kilobytes: int, run: str) -> subprocess.CompletedProcess[str]:
    command = f"ulimit -v {kilobytes}; exec '{sys.executable}' -c '{LILM}' sample {run} --tokens 3"
    return subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, check=False, env=child_environment()
    )


@pytest.mark.fault("unclear")
def test_sampling_without_memory_for_its_libraries() -> None:
    make_run()
    done = sample_within(50_000, "friends")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "lilm: memory ran out: the limit (RLIMIT_AS, ulimit -v) is 51.2 MB"
    )
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.fault("unclear")
def test_sampling_a_gpt_in_ever_more_memory(injected: Callable[[int], None]) -> None:
    small = ["--set", "model.layers=1", "--set", "model.width=16", "--set", "training.compile=off"]
    training = ["train", "hello", "--preset", "gpt-nano", "--budget", "2steps", "--name", "small", *small]
    subprocess.run([sys.executable, "-c", LILM, *training], capture_output=True, check=True)
    steps = range(200_000, 900_000, 50_000)
    injected(len(steps))
    for kilobytes in steps:
        done = sample_within(kilobytes, "small")
        assert "Traceback" not in done.stderr, kilobytes
        assert done.returncode in (0, 1), kilobytes
        if done.returncode:
            assert "memory" in done.stderr.splitlines()[-1], kilobytes
