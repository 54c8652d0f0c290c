"""The terminal under the app: Textual's driver for Unix, made to bear any terminal and to leave it as it was.

Each method that overrides one of Textual's 8.2.8 says which fault of it is cured.
"""

from __future__ import annotations

import os
import selectors
import signal
import termios
import threading
import time
import tty
from typing import TYPE_CHECKING, Any, Protocol, TextIO, runtime_checkable

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from tui.terminal.input_stream import InputStream, Pasted
from tui.terminal.traffic import CountsTraffic

if TYPE_CHECKING:
    from textual.message import Message


@runtime_checkable
class HearsTerminal(Protocol):
    """An app that measures the time of the terminal's answers."""

    def terminal_answered(self, seconds: float) -> None: ...


WAIT_SECONDS = 0.1
SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
GRACE_SECONDS = 3.0
"""For the app to end by itself after a signal; then the driver leaves the terminal and the process ends."""
LARGEST_SIZE = (1000, 500)
"""Columns and rows: beyond, drawing takes longer than anybody waits."""
FORGOTTEN_SECONDS = 1.0
"""At most so often is a terminal set again that forgot its modes."""
RESET = "".join(f"\x1b[?{mode}l" for mode in (1000, 1002, 1003, 1005, 1006, 1015, 1016, 1004, 2004, 2048))
"""Off: all mouse modes, reports of focus, brackets around pastes, reports of size."""
ASK = "\x1b[c"
"""Query of the primary device attributes, which all terminals answer."""
LEAVE = f"{RESET}\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h"
"""Then lines wrap, keys come as they used to, the normal screen is back, and so is the cursor."""


class TerminalDriver(LinuxDriver):
    """Reads any bytes, takes any size, and gives the terminal back also when a signal ends the app."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._file: TextIO = _Output(self._file)  # type: ignore[assignment]
        # The app asks for its size before the driver reports one. Two that differ make it draw twice.
        self._size = self._size or self._get_terminal_size()
        self._set_again_at = 0.0
        self._traffic = self._app.traffic if isinstance(self._app, CountsTraffic) else None
        self._asked_at: float | None = None
        """Time of a query without an answer yet."""
        for number in SIGNALS:
            signal.signal(number, self._signalled)

    def _get_terminal_size(self) -> tuple[int, int]:
        """A pty may have no rows or columns, and any number of them."""
        width, height = super()._get_terminal_size()
        return max(1, min(width, LARGEST_SIZE[0])), max(1, min(height, LARGEST_SIZE[1]))

    def start_application_mode(self) -> None:
        """Undo first what a killed app has left behind, so that leaving restores a terminal that works."""
        _make_sane(self.fileno)
        self._file.write(RESET)
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        self.write(RESET)  # also without a mouse of ours: `kill -9` may have left one
        super().stop_application_mode()

    def _query_in_band_window_resize(self) -> None:
        """SIGWINCH reports the size; a terminal that reports it as well could report any."""

    # Input

    def run_input_thread(self) -> None:
        """Textual's loop ends the app for bytes that are not UTF-8 (textual#6456) and for keys that it cannot parse,
        and spins when the terminal is gone.
        """
        stream, parser = InputStream(), XTermParser(self._debug)
        last = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                self._wait_for_app()
                if selector.select(WAIT_SECONDS):
                    data = _read(self.fileno)
                    if not data:
                        self._end_app(signal.SIGHUP)
                        return
                    last = time.monotonic()
                    units = stream.feed(data)
                else:
                    units = stream.pause(time.monotonic() - last)
                for unit in units:
                    try:
                        self._process(unit, parser)
                    except Exception:  # noqa: BLE001  (the parser's generator is dead, whatever it was that it met)
                        parser = XTermParser(self._debug)
                if stream.has_attributes:
                    stream.has_attributes = False
                    self._answered()
                if stream.has_old_mouse_reports:
                    stream.has_old_mouse_reports = False
                    self._set_mouse_again()

    def _process(self, unit: str | Pasted, parser: XTermParser) -> None:
        for message in messages_of(unit, parser):
            self.process_message(message)

    def _wait_for_app(self) -> None:
        """Leaves input to the system while the app is behind, which may be for ever as somebody holds a key."""
        while getattr(self._app, "is_behind", False) and not self.exit_event.is_set():
            time.sleep(WAIT_SECONDS / 10)

    def _set_mouse_again(self) -> None:
        now = time.monotonic()
        if now - self._set_again_at > FORGOTTEN_SECONDS:
            self._set_again_at = now
            self._enable_mouse_support()

    # The link

    def ask(self) -> None:
        """Ask the terminal for its attributes."""
        self._asked_at = time.monotonic()
        self.write(ASK)

    def _answered(self) -> None:
        asked, self._asked_at = self._asked_at, None
        if asked is not None and isinstance(self._app, HearsTerminal):
            self._app.terminal_answered(time.monotonic() - asked)

    def use_mouse(self, on: bool) -> None:
        """Switch the terminal's mouse reports."""
        if not on:
            self._disable_mouse_support()
        self._mouse = on
        self._enable_mouse_support()

    # Output

    def write(self, data: str) -> None:
        """Hand requests to the clipboard through tmux, which keeps them to itself unless they are wrapped."""
        if data.startswith("\x1b]52;") and "TMUX" in os.environ:
            data = f"\x1bPtmux;{data.replace(chr(27), chr(27) * 2)}\x1b\\"
        if self._traffic is not None:
            self._traffic.count(data)
        super().write(data)

    # Signals

    def _signalled(self, number: int, _frame: object) -> None:
        """Ends the app as ctrl+q does; Textual leaves the terminal as it is."""
        self._end_app(signal.Signals(number))

    def _end_app(self, number: signal.Signals) -> None:
        code = 128 + number
        self._loop.call_soon_threadsafe(lambda: self._app.exit(return_code=code))
        # The app may be stuck, or stand at a terminal that takes nothing.
        watchdog = threading.Timer(GRACE_SECONDS, self._leave, (code,))
        watchdog.daemon = True
        watchdog.start()

    def _leave(self, code: int) -> None:
        if self.attrs_before is not None:
            _set_attributes(self.fileno, self.attrs_before)
        os.set_blocking(self._file.fileno(), False)
        self._file.write(LEAVE)
        self._file.flush()
        os._exit(code)


class _Output:
    """Standard error, which may be gone: the thread that writes must not end, as the app would wait for it."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        try:
            return self._file.write(text)
        except (OSError, ValueError):
            return 0

    def flush(self) -> None:
        try:
            self._file.flush()
        except (OSError, ValueError):
            return

    def fileno(self) -> int:
        return self._file.fileno()

    def isatty(self) -> bool:
        return self._file.isatty()


def messages_of(unit: str | Pasted, parser: XTermParser) -> list[Message]:
    """Return the events of a whole unit; by itself, the parser would wait for more behind an escape byte."""
    if isinstance(unit, Pasted):
        return [events.Paste(unit.text)]
    if unit == "\x1b\r":
        # Textual's parser takes alt+enter for enter.
        return [events.Key("alt+enter", None)]
    messages = list(parser.feed(unit))
    parser._timeout_time = 0.0 if parser._timeout_time is not None else None
    return [*messages, *parser.tick()]


def _read(descriptor: int) -> bytes:
    """Nothing when the terminal is gone."""
    try:
        return os.read(descriptor, 4096)
    except BlockingIOError:
        return b""
    except OSError:
        return b""


def _make_sane(descriptor: int) -> None:
    """Restore a terminal that a killed app left in raw mode, as `stty sane` does."""
    try:
        attributes = termios.tcgetattr(descriptor)
    except termios.error:
        return
    if attributes[tty.LFLAG] & termios.ICANON:
        return
    attributes[tty.IFLAG] |= termios.ICRNL | termios.IXON
    attributes[tty.OFLAG] |= termios.OPOST | termios.ONLCR
    attributes[tty.LFLAG] |= termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN
    _set_attributes(descriptor, attributes)


def _set_attributes(descriptor: int, attributes: list[Any]) -> None:
    try:
        termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
    except termios.error:
        return
