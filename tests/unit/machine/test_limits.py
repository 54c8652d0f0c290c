"""Limits of control groups in trees as kernels and container runtimes lay them out, and in real ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.children import child_environment
from engine.machine import capacity as machine
from engine.machine.limits import cpu_limit, memory_left, memory_limit, oom_counter, oom_kills

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MB = 1_000_000
FIGURES = """
from engine.machine import capacity as machine
from engine.machine.limits import memory_limit
print(machine.available_cores(), machine.memory_bytes(), machine.available_memory_bytes(), memory_limit().source)
"""

V1 = "{id} 23 0:32 {root} {point}/memory rw - cgroup cgroup rw,memory\n" + (
    "33 23 0:33 {root} {point}/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
)
V2 = "{id} 23 0:32 {root} {point} rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., Path]:
    """`process(cgroup, mountinfo, {file: content}, root)`: a /proc/self, and what is mounted."""

    def make(cgroup: str, mountinfo: str, files: Mapping[str, object], root: str = "/") -> Path:
        proc, point = tmp_path / "proc", tmp_path / "mounted here"
        proc.mkdir()
        (proc / "cgroup").write_text(cgroup)
        escaped = str(point).replace(" ", "\\040")
        other = "31 23 0:28 / /sys rw,relatime - tmpfs tmpfs rw,mode=755\nnonsense\n"
        (proc / "mountinfo").write_text(other + mountinfo.format(id=32, root=root, point=escaped))
        for name, content in files.items():
            (point / name).parent.mkdir(parents=True, exist_ok=True)
            (point / name).write_text(f"{content}\n")
        return proc

    return make


@pytest.mark.fault("unclear")
def test_v1_limits_of_a_group_that_is_not_the_root(process: Callable[..., Path]) -> None:
    proc = process(
        "4:memory:/lab/job\n2:cpu,cpuacct:/lab/job\n0::/\n",
        V1,
        {
            "memory/memory.limit_in_bytes": 9223372036854771712,
            "memory/lab/memory.limit_in_bytes": 9223372036854771712,
            "memory/lab/job/memory.limit_in_bytes": 700 * MB,
            "memory/lab/job/memory.usage_in_bytes": 300 * MB,
            "memory/lab/job/memory.stat": f"cache 5\ntotal_inactive_file {100 * MB}\ninactive_file 7",
            "memory/lab/job/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 3",
            "cpu,cpuacct/lab/job/cpu.cfs_quota_us": 60_000,
            "cpu,cpuacct/lab/job/cpu.cfs_period_us": 100_000,
            "cpu,cpuacct/lab/cpu.cfs_quota_us": -1,
            "cpu,cpuacct/lab/cpu.cfs_period_us": 100_000,
        },
    )
    limit, quota = memory_limit(proc), cpu_limit(proc)
    assert limit is not None
    assert limit.amount == 700 * MB
    assert limit.source.endswith("memory/lab/job/memory.limit_in_bytes")
    assert memory_left(proc) == 500 * MB
    assert quota is not None
    assert quota.amount == pytest.approx(0.6)
    counter = oom_counter(proc)
    assert counter is not None
    assert oom_kills(counter) == 3


@pytest.mark.fault("unclear")
def test_the_smallest_limit_on_the_way_up_counts(process: Callable[..., Path]) -> None:
    proc = process(
        "0::/user.slice/job/step\n",
        V2,
        {
            "user.slice/memory.max": 500 * MB,
            "user.slice/memory.current": 450 * MB,
            "user.slice/memory.stat": f"anon 5\ninactive_file {50 * MB}",
            "user.slice/job/memory.max": "max",
            "user.slice/job/memory.high": 600 * MB,
            "user.slice/job/memory.current": 1 * MB,
            "user.slice/job/step/memory.max": 800 * MB,
            "user.slice/job/step/memory.events": "low 0\nhigh 9\nmax 9\noom 1\noom_kill 2\noom_group_kill 0",
            "user.slice/job/cpu.max": "350000 100000",
            "user.slice/job/step/cpu.max": "max 100000",
        },
    )
    limit, quota = memory_limit(proc), cpu_limit(proc)
    assert limit is not None
    assert (limit.amount, Path(limit.source).parent.name) == (500 * MB, "user.slice")
    assert memory_left(proc) == 100 * MB
    assert quota is not None
    assert quota.amount == 3.5
    counter = oom_counter(proc)
    assert counter is not None
    assert (oom_kills(counter), counter.parent.name) == (2, "step")


@pytest.mark.fault("unclear")
def test_a_container_sees_its_own_group_as_the_root(process: Callable[..., Path]) -> None:
    """Docker with v1 and the host's namespace: the path is the host's, and what is mounted begins at it."""
    files = {
        "memory/memory.limit_in_bytes": 9223372036854771712,
        "memory/memory.stat": f"hierarchical_memory_limit {400 * MB}",
        "memory/inner/memory.limit_in_bytes": 900 * MB,
    }
    proc = process("4:memory:/docker/abc/inner\n", V1, files, root="/docker/abc")
    limit = memory_limit(proc)
    assert limit is not None
    assert limit.amount == 400 * MB
    assert "hierarchical_memory_limit" in limit.source


@pytest.mark.parametrize("path", ["/../elsewhere", "/not/there", "/"])
def test_a_path_that_is_not_mounted_means_the_mounted_root(process: Callable[..., Path], path: str) -> None:
    limit = memory_limit(process(f"0::{path}\n", V2, {"memory.max": 5 * MB}))
    assert limit is not None
    assert limit.amount == 5 * MB


def test_no_limits_where_nothing_can_be_read(tmp_path: Path, process: Callable[..., Path]) -> None:
    for proc in (tmp_path / "absent", process("\x00:\n4\n0:\n", "1 2 - cgroup\n", {})):
        assert (memory_limit(proc), memory_left(proc), cpu_limit(proc), oom_counter(proc)) == (None,) * 4
    assert oom_kills(tmp_path) is None


@pytest.mark.parametrize(("quota", "cores"), [("60000", 1), ("190000", 1), ("210000", 2)])
def test_a_quota_is_rounded_down_and_gives_one_core_at_least(
    process: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, quota: str, cores: int
) -> None:
    proc = process("0::/\n", V2, {"cpu.max": f"{quota} 100000"})
    monkeypatch.setattr(machine, "cpu_limit", lambda: cpu_limit(proc))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert machine.available_cores() == cores


@pytest.mark.parametrize("option", ["-v", "-d"])
def test_the_shells_limits_count(option: str) -> None:
    command = ["sh", "-c", f"ulimit {option} 2000000; exec '{sys.executable}' -c '{FIGURES}'"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=child_environment())
    cores, memory, free, source = done.stdout.split(maxsplit=3)
    assert int(cores) == machine.available_cores()
    assert int(memory) == 2000000 * 1024
    assert 0 < int(free) < int(memory)
    assert f"ulimit {option}" in source


@pytest.fixture
def real_group() -> Iterator[Path]:
    """A memory group below our own, where we may make one (v1, root)."""
    counter = oom_counter()
    group = (counter.parent if counter else Path("/absent")) / f"lilm-test-{os.getpid()}"
    try:
        group.mkdir()
        (group / "memory.limit_in_bytes").write_text("300000000")
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    yield group
    group.rmdir()


@pytest.mark.fault("unclear")
def test_a_real_group(real_group: Path) -> None:
    join = f"echo $$ > '{real_group}/cgroup.procs'; exec '{sys.executable}' -c '{FIGURES}'"
    done = subprocess.run(
        ["sh", "-c", join], capture_output=True, text=True, check=True, env=child_environment()
    )
    _, memory, free, source = done.stdout.split(maxsplit=3)
    assert abs(int(memory) - 300_000_000) < 1 << 16  # the kernel counts pages
    assert 0 < int(free) < int(memory)
    assert str(real_group) in source
