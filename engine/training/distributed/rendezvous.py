"""Rendezvous: where the processes of a run meet, and over which network interface they then talk.

On one machine they meet through a file in a folder of the owner's and talk over the loopback interface, so nothing
listens to a network. Machines meet at the address that the user gives, at which the first process listens and at no
other; who can reach it can disturb a run, so the network must be trusted.

torch's own launcher is not used: its stores listen on all interfaces, and it unpickles what is written to them.
"""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from typing import TYPE_CHECKING

import psutil
from torch.distributed import DistError, FileStore, Store, TCPStore  # type: ignore[attr-defined]

from engine.errors import LilmError, MisuseError
from engine.files.reading import decode_text
from engine.formatting import duration
from engine.runs.process.group import read_address

if TYPE_CHECKING:
    from engine.training.distributed.processes import Processes

FILE_PREFIX = "file:"
PATIENCE = timedelta(minutes=10)
"""Seconds that a process waits for the others to join."""
INTERFACE_VARIABLES = ("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME")


def meet(processes: Processes, rendezvous: str) -> Store:
    """Meet the other processes, and choose the network interface for what follows.

    `rendezvous`: `file:PATH`, or HOST:PORT at which the first process listens. Raises MisuseError when the address
    cannot be used or the others were started with other numbers, LilmError when not all have come in time.
    """
    if rendezvous.startswith(FILE_PREFIX):
        os.environ.update(dict.fromkeys(INTERFACE_VARIABLES, _interface_of("127.0.0.1") or "lo"))
        store: Store = FileStore(rendezvous.removeprefix(FILE_PREFIX), processes.world)
        store.set_timeout(PATIENCE)
    else:
        host, port = read_address(rendezvous)
        if interface := _interface_of(_local_address(host, port)):
            for name in INTERFACE_VARIABLES:
                os.environ.setdefault(name, interface)
        store = _tcp_store(host, port, processes)
    _wait_for_all(store, processes, rendezvous)
    return store


def _wait_for_all(store: Store, processes: Processes, rendezvous: str) -> None:
    world = decode_text(store.compare_set("world", "", str(processes.world)), source=rendezvous)
    if world != str(processes.world):
        raise MisuseError(
            f"the machines do not agree on the number of processes ({world} and {processes.world}); "
            "give all of them the same --nodes and --gpus"
        )
    if store.add(f"rank {processes.rank}", 1) > 1:
        raise MisuseError(f"two machines were given the same --node-rank for {rendezvous}")
    try:
        store.wait([f"rank {rank}" for rank in range(processes.world)], PATIENCE)
    except RuntimeError as error:  # of which torch's DistError is one; a FileStore raises it plainly
        raise LilmError(_nobody_came(rendezvous)) from error


def _tcp_store(host: str, port: int, processes: Processes) -> Store:
    try:
        listener = _listen(host, port) if processes.is_first else None
        return TCPStore(
            host,
            port,
            is_master=processes.is_first,
            timeout=PATIENCE,
            wait_for_workers=False,
            master_listen_fd=listener.detach() if listener else None,
        )
    except DistError as error:
        raise LilmError(_nobody_came(f"{host}:{port}")) from error


def _listen(host: str, port: int) -> socket.socket:
    """A socket at this one address of the machine; torch's own would listen at all of them."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=1024)
    except OSError as error:
        raise MisuseError(
            f"cannot listen at {host}:{port}: {error.strerror or error}; --rendezvous takes an address of the "
            "first machine (--node-rank 0) with a free port"
        ) from error


def _local_address(host: str, port: int) -> str:
    """The address from which this machine reaches the host. Raises MisuseError where it does not."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect(address)  # sends nothing
            return str(probe.getsockname()[0])
    except OSError as error:
        raise MisuseError(f"cannot reach {host}:{port}: {error.strerror or error}") from error


def _interface_of(address: str) -> str | None:
    return next(
        (
            name
            for name, addresses in psutil.net_if_addrs().items()
            if any(known.address.partition("%")[0] == address for known in addresses)
        ),
        None,
    )


def _nobody_came(rendezvous: str) -> str:
    waited = duration(PATIENCE.total_seconds())
    return f"not all processes of the run came to {rendezvous} within {waited}; the others' logs may say why"
