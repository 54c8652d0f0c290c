"""Pictures of the lab and a recording of its first minutes, for README.md.

    python -m tests.benchmarks.app.pictures lab RUN [--out FILE.svg] [--theme THEME]
    python -m tests.benchmarks.app.pictures xray RUN --text TEXT
    python -m tests.benchmarks.app.pictures race RUN RUN…
    python -m tests.benchmarks.app.pictures recording [--seconds 180]

Each picture is the app itself at 110x32 on runs of LILM_HOME, with the real sampler. The recording starts the lab in
an empty home, trains the default model, talks to it twice and turns the temperature; it is an asciicast of version 2,
which `asciinema play FILE` shows.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.app.terminal import Terminal
from tui.app import LilmApp
from tui.memory import memory_file
from tui.panes.runs_pane import RunsPane

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from textual.pilot import Pilot

COLUMNS, ROWS = 110, 32
PATIENCE = 60.0
PROMPT = "A small dragon named Zog"
TEXT = (
    "Zog wished for a yellow kite. But Zog had no money. Bixby the mouse heard of it and said nothing. "
    "On the birthday, Bixby came with a box. Zog opened it, and there was a purple bicycle! "
    '"Thank you, Bixby!" cried Zog. And Zog never forgot the mouse.'
)
"""Of which a model of the stories expects all but what is new in it."""
KEYS = (
    (2.0, b"\r"),
    (60.0, b"4A small dragon named Zog\r"),
    (90.0, b"\t" + b"\x1b[C" * 6),
    (130.0, b"4The mouse had lost\r"),
)
"""Seconds after the first picture, and what is typed then."""


@asynccontextmanager
async def lab(run: str, theme: str) -> AsyncIterator[tuple[LilmApp, Pilot[None]]]:
    """The app with a run selected."""
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8")
    memory_file().unlink(missing_ok=True)  # the lab opens as at its first start
    app = LilmApp()
    async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
        app.theme = theme or app.theme
        await until(pilot, lambda: run in app.lab.watcher.runs)
        app.lab_screen.query_one(RunsPane).select(run)
        await pilot.pause(1.0)
        yield app, pilot


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            sys.exit("the app never showed what the picture needs")
        await pilot.pause(0.05)


async def write(pilot: Pilot[None], text: str) -> None:
    names = {" ": "space", ".": "full_stop", ",": "comma"}
    await pilot.press(*(names.get(character, character) for character in text), "enter")


async def lab_picture(arguments: argparse.Namespace) -> str:
    async with lab(arguments.runs[0], arguments.theme) as (app, pilot):
        await pilot.press("4")
        await write(pilot, PROMPT)
        await until(pilot, lambda: app.lab.talker.is_busy)
        await until(pilot, lambda: not app.lab.talker.is_busy)
        await pilot.press("escape", "left", "left", "left")
        await pilot.pause(0.5)
        return app.export_screenshot(title="LiLM")


async def xray_picture(arguments: argparse.Namespace) -> str:
    async with lab(arguments.runs[0], arguments.theme) as (app, pilot):
        await pilot.press("4", "escape", "h")
        await pilot.pause(1.0)
        await write(pilot, arguments.text)
        await until(pilot, lambda: "surprising" in app.export_screenshot())
        return app.export_screenshot(title="LiLM")


async def race_picture(arguments: argparse.Namespace) -> str:
    async with lab(arguments.runs[0], arguments.theme) as (app, pilot):
        runs = app.lab_screen.query_one(RunsPane)
        await pilot.press("2")
        for name in arguments.runs:
            runs.select(name)
            await pilot.pause(0.2)
            await pilot.press("space")
        await pilot.press("3", "x", "x")
        await pilot.pause(1.0)
        return app.export_screenshot(title="LiLM")


def record(seconds: float) -> str:
    """Return an asciicast of the lab's first minutes in an empty home."""
    header = {"version": 2, "width": COLUMNS, "height": ROWS, "env": {"TERM": "xterm-256color"}}
    lines = [json.dumps(header)]
    command = (sys.executable, "-P", "-m", "tui")
    with (
        tempfile.TemporaryDirectory() as home,
        Terminal(command, rows=ROWS, columns=COLUMNS, environment={"LILM_HOME": home}) as terminal,
    ):
        terminal.sees(b"stories")
        start, shown, waiting = time.monotonic(), 0, list(KEYS)
        while (now := time.monotonic() - start) < seconds:
            if waiting and now >= waiting[0][0]:
                terminal.send(waiting.pop(0)[1])
            if new := bytes(terminal.output[shown:]):
                shown += len(new)
                lines.append(json.dumps([round(now, 2), "o", new.decode(errors="replace")]))
            time.sleep(0.05)
        terminal.send(b"\x11")
    return "\n".join(lines) + "\n"


PICTURES = {"lab": lab_picture, "xray": xray_picture, "race": race_picture}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=(*PICTURES, "recording"))
    parser.add_argument("runs", nargs="*")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--text", default=TEXT)
    parser.add_argument("--theme", default="")
    parser.add_argument("--seconds", type=float, default=180.0)
    arguments = parser.parse_args()
    if arguments.what == "recording":
        content, kind = record(arguments.seconds), "cast"
    else:
        content, kind = asyncio.run(PICTURES[arguments.what](arguments)), "svg"
    out = arguments.out or Path(f"{arguments.what}.{kind}")
    out.write_text(content)
    print(f"{out}: {len(content):,} characters")


if __name__ == "__main__":
    main()
