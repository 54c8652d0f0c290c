"""Limits on this process's cores and memory: control groups (v1 and v2) and resource limits.

A process is limited by its own control group and by every group above it, so the smallest number on the way up to
the root of the mounted hierarchy counts. In a container the groups outside it are not visible, and need not be: the
kernel's `hierarchical_memory_limit` has them in v1, and runtimes set the limit on the container's own group in v2.

Sources: cgroup_namespaces(7), proc_pid_mountinfo(5), the kernel's admin-guide/cgroup-v2 and cgroup-v1/memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PROC = Path("/proc/self")
_UNLIMITED = 1 << 60
"""Bytes; v1 writes a number near 2^63 where nothing is limited."""


@dataclass(frozen=True)
class Limit:
    amount: float
    """Bytes, or cores' worth of time."""
    source: str
    """The file or call that sets it, for people."""
    is_address_space: bool = False
    """Of what is mapped, in use or not; mapped files count."""


def cpu_limit(proc: Path = PROC) -> Limit | None:
    """Smallest CPU quota of the control groups, in cores."""
    return _smallest(limit for group in _groups("cpu", proc) for limit in _cpu_quota(group))


def memory_limit(proc: Path = PROC) -> Limit | None:
    """Smallest memory limit of the control groups and of this process's resource limits."""
    groups = (limit for group in _groups("memory", proc) for limit in _memory_limits(group))
    return _smallest([*groups, *(limit for limit, _ in resource_limits())])


def memory_left(proc: Path = PROC) -> int | None:
    """Bytes until the first limit is met, droppable page cache not counted as used; None without a limit."""
    left = [
        int(limit.amount) - _used_bytes(group)
        for group in _groups("memory", proc)
        if (limit := _smallest(_memory_limits(group)))
    ]
    left += [int(limit.amount) - used for limit, used in resource_limits()]
    return max(0, min(left)) if left else None


def oom_counter(proc: Path = PROC) -> Path | None:
    """The file that counts the processes which the kernel killed for memory in this process's control group."""
    names = ("memory.events", "memory.oom_control")
    files = (group / name for group in _groups("memory", proc) for name in names)
    return next((file for file in files if oom_kills(file) is not None), None)


def oom_kills(counter: Path) -> int | None:
    """The count in such a file; None where it cannot be read, or an older kernel does not count."""
    found = re.search(r"^oom_kill (\d+)$", _read(counter), re.MULTILINE)
    return int(found[1]) if found else None


def _groups(controller: str, proc: Path) -> Iterator[Path]:
    """Folders of this process's control groups that have the controller, from its own up to the mounted root."""
    memberships = dict(_memberships(proc))
    for mount_root, mount_point, controllers in _mounts(proc):
        path = memberships.get(controller if controllers else "")
        if path is None or (controllers and controller not in controllers):
            continue
        own, inside = PurePosixPath(path), PurePosixPath("/")
        if own.is_relative_to(mount_root) and ".." not in own.parts:
            inside /= own.relative_to(mount_root)
        while True:
            group = mount_point / str(inside).lstrip("/")
            if group.is_dir():
                yield group
            if inside == inside.parent:
                break
            inside = inside.parent


def _memberships(proc: Path) -> Iterator[tuple[str, str]]:
    """Each v1 controller, and "" for v2, with the group's path: lines such as `4:memory:/user.slice`."""
    for line in _read(proc / "cgroup").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0":
            yield "", path
        else:
            yield from ((controller, path) for controller in controllers.split(","))


def _mounts(proc: Path) -> Iterator[tuple[str, Path, frozenset[str]]]:
    """Mounted hierarchies: the group at the mount's root, the mount point, v1's controllers (none for v2)."""
    for line in _read(proc / "mountinfo").splitlines():
        before, _, after = line.partition(" - ")
        fields, kind = before.split(" "), after.split(" ")
        if len(fields) < 5 or len(kind) < 3 or kind[0] not in ("cgroup", "cgroup2"):
            continue
        controllers = frozenset(kind[2].split(",")) if kind[0] == "cgroup" else frozenset()
        yield _unescape(fields[3]), Path(_unescape(fields[4])), controllers


def _cpu_quota(group: Path) -> Iterator[Limit]:
    quota, _, period = _read(group / "cpu.max").partition(" ")
    name = "cpu.max"
    if not quota:
        quota, period = _read(group / "cpu.cfs_quota_us"), _read(group / "cpu.cfs_period_us")
        name = "cpu.cfs_quota_us"
    if quota.isdigit() and period.isdigit() and int(period):
        yield Limit(int(quota) / int(period), str(group / name))


def _memory_limits(group: Path) -> Iterator[Limit]:
    """Above memory.high nothing is killed, but the kernel slows the process down until it is of no use."""
    for name in ("memory.max", "memory.high", "memory.limit_in_bytes"):
        limit = _read(group / name)
        if limit.isdigit() and int(limit) < _UNLIMITED:
            yield Limit(int(limit), str(group / name))
    above = _statistic(group, "hierarchical_memory_limit")
    if above is not None and above < _UNLIMITED:
        yield Limit(above, f"hierarchical_memory_limit in {group / 'memory.stat'}")


def _used_bytes(group: Path) -> int:
    used = _read(group / "memory.current") or _read(group / "memory.usage_in_bytes")
    # v1 counts the groups below under total_, v2 under the plain name.
    droppable = _statistic(group, "total_inactive_file") or _statistic(group, "inactive_file") or 0
    return max(0, int(used) - droppable) if used.isdigit() else 0


def _statistic(group: Path, name: str) -> int | None:
    found = re.search(rf"^{name} (\d+)$", _read(group / "memory.stat"), re.MULTILINE)
    return int(found[1]) if found else None


def resource_limits() -> Iterator[tuple[Limit, int]]:
    """Limits that `ulimit` sets, each with what this process has taken of it."""
    try:
        import resource
    except ImportError:  # Windows has none
        return
    import psutil

    used = psutil.Process().memory_info()
    for name, option, taken in (
        ("RLIMIT_AS", "ulimit -v", used.vms),
        ("RLIMIT_DATA", "ulimit -d", getattr(used, "data", used.rss)),
        ("RLIMIT_RSS", "ulimit -m", used.rss),
    ):
        soft, _ = resource.getrlimit(getattr(resource, name))
        if soft != resource.RLIM_INFINITY:
            yield Limit(soft, f"{name}, {option}", name == "RLIMIT_AS"), taken


def _smallest(limits: Iterable[Limit]) -> Limit | None:
    return min(limits, key=lambda limit: limit.amount, default=None)


def _unescape(field: str) -> str:
    """mountinfo writes a blank as \\040."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), field)


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""
