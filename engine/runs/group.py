"""Processes that train one run together: how many, on how many machines, and where they meet."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.errors import MisuseError


@dataclass(frozen=True)
class Group:
    processes: int = 1
    """On each machine: one for each GPU."""
    nodes: int = 1
    node_rank: int = 0
    """Of this machine, from 0."""
    rendezvous: str = ""
    """HOST:PORT of the first machine; of one machine alone nothing listens to a network."""

    @property
    def world(self) -> int:
        return self.nodes * self.processes


def check_group(group: Group) -> None:
    """Raises MisuseError for numbers that make no sense together."""
    if group.nodes < 1 or not 0 <= group.node_rank < group.nodes:
        raise MisuseError("--nodes is the number of machines, and --node-rank counts them from 0")
    if group.nodes > 1 and not group.rendezvous:
        raise MisuseError("--nodes needs --rendezvous HOST:PORT, an address of the first machine")
    if group.nodes == 1 and group.rendezvous:
        raise MisuseError("--rendezvous goes with --nodes; the processes of one machine meet by themselves")
    if group.rendezvous:
        read_address(group.rendezvous)


def read_address(text: str) -> tuple[str, int]:
    """Host and port of HOST:PORT or [IPv6]:PORT. Raises MisuseError."""
    found = re.fullmatch(r"\[([0-9A-Fa-f:.%]+)\]:(\d{1,5})|([^:\[\]\s]+):(\d{1,5})", text)
    host, port = (found[1] or found[3], int(found[2] or found[4])) if found else ("", 0)
    if not 0 < port < 1 << 16:
        raise MisuseError(f"--rendezvous takes HOST:PORT of the first machine, not {text!r}")
    return host, port
