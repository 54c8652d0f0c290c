"""The app in a real terminal: bytes that are no keys, sizes that are none, signals, and what is left behind."""

from __future__ import annotations

import re
import signal
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.app.lab_process import LAB
from tests.app.terminal import Terminal
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

NOISE = (
    b"\x1b[M#\xa50",  # an old mouse report
    b"\xe9",
    b"\xff\xfe",
    b"\x1b[?1;2c",  # an answer to a device attributes query
    b"\x1b[1114112u",  # a key beyond Unicode
    b"\x1b[97:65;1u",
    b"\x1b[48;0;0;0;0t\x1b[<0;5;5M",  # a terminal without rows, then a click
    b"\x1b[<0;9999999999;5M",
    b"\x1b]52;c;" + b"eXl5" * 5000 + b"\x07",
    b"\x1b[200~d\x1b[31my\x1b[201~",  # a paste that looks like keys
)
BURSTS = (
    b"a/nowhere\r\r",  # a dialog that is asked to close twice
    b"\x1b",
    b"a~q\r\r",
    b"\x1b",
    b"a" + b"x" * 300 + b"\r\r",
    b"\x1b",
    b"\x10\r\r",
    b"\x1b",
    b"n\x1b\x1b",
    b"???\x1b\x1b",
)


def modes_left_on(output: bytes) -> set[int]:
    """The private modes of the terminal that the last word on them switches on."""
    modes: dict[int, bool] = {}
    for mode, state in re.findall(rb"\x1b\[\?(\d+)([hl])", output):
        modes[int(mode)] = state == b"h"
    return {mode for mode, is_on in modes.items() if is_on}


def assert_is_restored(terminal: Terminal) -> None:
    """Lines wrap and the cursor shows, as at the start; no mouse, no other screen, cooked input."""
    terminal.drain()
    assert modes_left_on(bytes(terminal.output)) == {7, 25}
    assert terminal.is_cooked


@pytest.mark.fault("app ends")
def test_noise_and_bursts_of_keys_end_nothing(injected: Callable[[int], None]) -> None:
    injected(len(NOISE) + len(BURSTS))
    with Terminal(LAB) as terminal:
        terminal.sees(b"stories")
        for noise in NOISE:
            terminal.send(noise)
            time.sleep(0.02)
        terminal.rests()
        assert b"All keys" not in terminal.output, "help opens for ? alone"
        for burst in BURSTS:
            terminal.send(burst)
            terminal.rests(0.1)
        seen = len(terminal.output)
        terminal.send(b"4n")
        terminal.send(b"\x1b")
        terminal.rests(0.2)
        terminal.send(b"1n")
        terminal.sees(b"Dropout", since=seen)
        # A trainer that a burst has started outlives the app; a sampler does not.
        children = psutil.Process(terminal.pid).children(recursive=True)
        samplers = [child for child in children if "sampler" in " ".join(child.cmdline())]
        assert terminal.quit() == 0
        assert_is_restored(terminal)
        _, alive = psutil.wait_procs(samplers, timeout=10)
        assert not alive


@pytest.mark.fault("hang")
def test_a_terminal_without_rows_rests() -> None:
    with Terminal(LAB, rows=0, columns=0) as terminal:
        terminal.sees(b"stories")
        terminal.rests()
        for size in ((24, 80), (0, 80), (65_535, 65_535), (1, 1), (24, 80)):
            terminal.resize(*size)
            time.sleep(0.02)
        terminal.rests()
        assert terminal.quit() == 0


@pytest.mark.fault("app ends")
def test_signals_leave_the_terminal_as_it_was_and_a_start_mends_what_a_kill_has_left(
    injected: Callable[[int], None],
) -> None:
    injected(2)
    with Terminal(LAB) as terminal:
        terminal.sees(b"stories")
        terminal.signal(signal.SIGTERM)
        assert terminal.returned() == 128 + signal.SIGTERM
        assert_is_restored(terminal)
        ended = len(terminal.output)
        terminal.start(LAB)
        terminal.sees(b"stories", since=ended)
        terminal.signal(signal.SIGKILL)
        assert terminal.returned() == -signal.SIGKILL
        assert not terminal.is_cooked
        killed = len(terminal.output)
        terminal.start([*LAB, "--no-mouse"])
        terminal.sees(b"stories", since=killed)
        assert not modes_left_on(bytes(terminal.output)) & {1000, 1003, 1006}
        assert terminal.quit() == 0
        assert_is_restored(terminal)


def test_suspending_gives_the_terminal_to_the_shell_and_back() -> None:
    with Terminal(LAB) as terminal:
        terminal.sees(b"stories")
        terminal.rests()
        terminal.send(b"\x1a")
        process = psutil.Process(terminal.pid)
        until(lambda: process.status() == psutil.STATUS_STOPPED, terminal.tail)
        assert_is_restored(terminal)
        begun = len(terminal.output)
        terminal.signal(signal.SIGCONT)
        terminal.sees(b"stories", since=begun)
        assert not terminal.is_cooked
        terminal.send(b"\x03")
        terminal.sees(b"ctrl+q quits", since=begun)
        assert terminal.quit() == 0
        assert_is_restored(terminal)


@pytest.mark.slow
@pytest.mark.fault("hang")
@pytest.mark.parametrize("is_stopped", [False, True])
def test_a_lost_connection_ends_the_app(is_stopped: bool) -> None:
    """Also while it cannot hear of it: it stands at a terminal that takes nothing."""
    with Terminal(LAB) as terminal:
        terminal.sees(b"stories")
        if is_stopped:
            terminal.stop_reading()
            for _ in range(200):
                terminal.send(b"?\x1b[27u")
            time.sleep(2)
        terminal.hang_up()
        assert terminal.returned() == 128 + signal.SIGHUP


@pytest.mark.fault("hang")
@pytest.mark.parametrize(
    ("command", "environment"), [("true | {} | cat", {}), ("{} 2>/dev/null", {}), ("{}", {"TERM": "dumb"})]
)
def test_without_a_terminal_one_sentence_says_what_to_do(command: str, environment: dict[str, str]) -> None:
    lilm = f"{sys.executable} -m tui"
    line = command.format(lilm) + "; echo code ${PIPESTATUS[1]}$?"
    with Terminal(["/bin/bash", "-c", line], environment=environment) as terminal:
        terminal.sees(b"code")
        terminal.returned()
        assert b"\x1b" not in terminal.output
        assert b"code 2" in terminal.output
        if "2>" not in command:
            assert b"lilm: the app needs a terminal" in terminal.output
