"""Meeting of several processes, here threads: who listens where, and what is said when somebody does not come."""

from __future__ import annotations

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import psutil
import pytest

from engine.errors import LilmError, MisuseError
from engine.runs.process.group import Group, check_group, read_address
from engine.training.distributed import rendezvous
from engine.training.distributed.processes import Processes
from engine.training.distributed.rendezvous import INTERFACE_VARIABLES, meet

if TYPE_CHECKING:
    from pathlib import Path

TWO = [Processes(rank, 2, rank, 2) for rank in range(2)]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendezvous, "PATIENCE", timedelta(seconds=0.3))
    for name in INTERFACE_VARIABLES:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def listening() -> set[tuple[str, int]]:
    return {
        (found.laddr.ip, found.laddr.port)
        for found in psutil.Process().net_connections()
        if found.status == psutil.CONN_LISTEN
    }


@pytest.mark.fault("foreign code")
def test_on_one_machine_nothing_listens(tmp_path: Path) -> None:
    before = listening()
    with ThreadPoolExecutor(2) as pool:
        stores = list(pool.map(lambda place: meet(place, f"file:{tmp_path / 'store'}"), TWO))
    stores[0].set("key", "told")
    assert stores[1].get("key") == b"told"
    assert listening() == before
    loopback = os.environ["GLOO_SOCKET_IFNAME"]
    assert any(known.address == "127.0.0.1" for known in psutil.net_if_addrs()[loopback])
    assert os.environ["NCCL_SOCKET_IFNAME"] == loopback


@pytest.mark.fault("foreign code")
def test_machines_meet_at_the_given_address_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCCL_SOCKET_IFNAME", "chosen")
    before, port = listening(), free_port()
    with ThreadPoolExecutor(2) as pool:
        stores = list(pool.map(lambda place: meet(place, f"127.0.0.1:{port}"), TWO))
    stores[1].set("key", "told")
    assert stores[0].get("key") == b"told"
    assert listening() - before == {("127.0.0.1", port)}
    assert os.environ["NCCL_SOCKET_IFNAME"] == "chosen"


def test_somebody_who_does_not_come(tmp_path: Path) -> None:
    for place, address in (
        (TWO[0], f"file:{tmp_path / 'store'}"),
        (TWO[0], f"127.0.0.1:{free_port()}"),
        (TWO[1], f"127.0.0.1:{free_port()}"),
    ):
        with pytest.raises(LilmError, match=r"not all processes of the run came to .* within 0.3s"):
            meet(place, address)


def test_machines_that_were_started_differently(tmp_path: Path) -> None:
    address = f"file:{tmp_path / 'store'}"
    with ThreadPoolExecutor(2) as pool:
        twice = [pool.submit(meet, TWO[0], address) for _ in range(2)]
        said = [str(one.exception()) for one in twice]
        assert [text for text in said if "the same --node-rank" in text]
    with pytest.raises(MisuseError, match="same --nodes and --gpus"):
        meet(Processes(2, 3, 0, 1), address)


@pytest.mark.parametrize(
    ("host", "said"), [("192.0.2.77", "cannot listen at"), ("no-such-host.invalid", "cannot reach")]
)
def test_an_address_that_is_not_this_machines(host: str, said: str) -> None:
    with pytest.raises(MisuseError, match=said):
        meet(TWO[0], f"{host}:29500")


def test_addresses() -> None:
    assert read_address("node-1.cluster:29500") == ("node-1.cluster", 29500)
    assert read_address("[fd00::1]:1") == ("fd00::1", 1)
    for bad in ("", "host", "host:", "host:0", "host:70000", ":1", "a b:1", "[host:1", "fd00::1:5"):
        with pytest.raises(MisuseError, match="HOST:PORT"):
            read_address(bad)


@pytest.mark.parametrize(
    ("group", "said"),
    [
        (Group(nodes=0), "counts them from 0"),
        (Group(nodes=2, node_rank=2, rendezvous="a:1"), "counts them from 0"),
        (Group(nodes=2), "needs --rendezvous"),
        (Group(rendezvous="a:1"), "needs --nodes"),
        (Group(nodes=2, rendezvous="a"), "HOST:PORT"),
    ],
)
def test_groups_that_make_no_sense(group: Group, said: str) -> None:
    with pytest.raises(MisuseError, match=said):
        check_group(group)
