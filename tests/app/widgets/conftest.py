"""Bytes that a widget sends, measured at the driver of a real terminal session."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from rich.color import ColorSystem
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver


@dataclass
class Wire:
    """Everything that was written to the terminal, in its order."""

    written: list[str] = field(default_factory=list)

    def taken(self) -> str:
        """Return the bytes written since the last call."""
        text = "".join(self.written)
        self.written.clear()
        return text

    def bytes(self) -> int:
        """Return the number of bytes written since the last call."""
        return len(self.taken().encode())


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Lets the test driver take what a terminal with 256 colors, as over ssh, would be sent."""
    wire = Wire()
    monkeypatch.setattr(HeadlessDriver, "write", lambda _, data: wire.written.append(data))
    monkeypatch.setattr(HeadlessDriver, "is_headless", property(lambda _: False))
    start = App._build_driver

    def build_driver(app: App[None], *arguments: object, **options: object) -> object:
        app.console._color_system = ColorSystem.EIGHT_BIT
        return start(app, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(App, "_build_driver", build_driver)
    return wire
