"""Process group of one training run: its size, its machines, and its rendezvous."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.errors import MisuseError


@dataclass(frozen=True)
class Group:
    processes: int = 1
    """Number of processes on each machine: one per GPU."""
    nodes: int = 1
    node_rank: int = 0
    """Rank of this machine, from 0."""
    rendezvous: str = ""
    """HOST:PORT of machine 0; a single machine does not listen on a network."""

    @property
    def world(self) -> int:
        return self.nodes * self.processes


def check_group(group: Group) -> None:
    """Raise MisuseError for inconsistent numbers."""
    if group.nodes < 1 or not 0 <= group.node_rank < group.nodes:
        raise MisuseError("--nodes is the number of machines, and --node-rank counts them from 0")
    if group.nodes > 1 and not group.rendezvous:
        raise MisuseError("--nodes needs --rendezvous HOST:PORT, an address of the first machine")
    if group.nodes == 1 and group.rendezvous:
        raise MisuseError("--rendezvous needs --nodes; the processes of one machine need no address")
    if group.rendezvous:
        read_address(group.rendezvous)


def read_address(text: str) -> tuple[str, int]:
    """Return host and port of HOST:PORT or [IPv6]:PORT. Raises MisuseError."""
    found = re.fullmatch(r"\[([0-9A-Fa-f:.%]+)\]:(\d{1,5})|([^:\[\]\s]+):(\d{1,5})", text)
    host, port = (found[1] or found[3], int(found[2] or found[4])) if found else ("", 0)
    if not 0 < port < 1 << 16:
        raise MisuseError(f"--rendezvous takes HOST:PORT of the first machine, not {text!r}")
    return host, port
