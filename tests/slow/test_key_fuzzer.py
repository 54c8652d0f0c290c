"""Random keys, pastes, bytes, mouse reports and sizes, while runs train, die and are refused: the app does not end.

`LILM_FUZZ_SECONDS` bounds it (20), `LILM_FUZZ_SEED` repeats one.
"""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING

import pytest

from tests.app.frozen_runs import make_run
from tests.app.lab_process import LAB
from tests.app.terminal import Terminal
from tui.terminal.defects import log_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEYS = (
    *(bytes([code]) for code in range(0x20, 0x7F)),
    *(b"\r", b"\t", b"\x1b", b"\x7f", b"\x10", b"\x08"),
    *(
        b"\x1b[A",
        b"\x1b[B",
        b"\x1b[C",
        b"\x1b[D",
        b"\x1b[H",
        b"\x1b[F",
        b"\x1b[5~",
        b"\x1b[6~",
        b"\x1b[3~",
        b"\x1b[Z",
    ),
    b"\x1bOP",
)
WORDS = (
    b"1",
    b"2",
    b"3",
    b"4",
    b"n",
    b"a",
    b"e",
    b"d",
    b"y",
    b"r",
    b"S",
    b"P",
    b"x",
    b"L",
    b"\x1b",
    b"\r",
    b"\t",
)
"""Keys that lead somewhere are drawn more often."""
SENTENCES = (
    b"die\r",
    b"endless\r",
    b"wide\r",
    b"evil\r",
    b"once\r",
    b"a~q\r\r",
    b"a" + b"x" * 300 + b"\r",
    b"\x10\r\r",
)
SIZES = ((24, 80), (0, 80), (24, 0), (1, 1), (2, 3), (40, 120), (5, 200), (100, 20))


def noise(draw: random.Random) -> bytes:
    """One piece of input."""
    match draw.randrange(12):
        case 0:
            return draw.randbytes(draw.randrange(1, 30))
        case 1:
            return (
                b"\x1b[200~"
                + draw.randbytes(draw.randrange(60))
                + draw.choice((b"\x1b[201~", b"\x1b[201~", b""))
            )
        case 2 | 3:
            column, row = draw.randrange(200), draw.randrange(60)
            button = draw.choice((0, 1, 2, 32, 35, 64, 65, 128))
            return b"\x1b[<%d;%d;%d%c" % (button, column, row, draw.choice(b"Mm"))
        case 4:
            return b"\x1b[M" + draw.randbytes(3)
        case 5:
            return b"\x1b[" + bytes(draw.choices(b"0123456789;:?<>$ abcdmutyA~", k=draw.randrange(1, 12)))
        case 6:
            return draw.choice(SENTENCES)
        case 7 | 8:
            return b"".join(draw.choices(KEYS, k=draw.randrange(1, 6)))
        case _:
            return b"".join(draw.choices(WORDS, k=draw.randrange(1, 4)))


def set_the_scene() -> None:
    """Runs in every state, some with lines that nobody can read."""
    for state in ("finished", "stopped", "failed", "died", "silent"):
        run = make_run(state, state, step=40)  # type: ignore[arg-type]
        for name in ("events", "metrics", "samples", "talk"):
            with (run.folder / f"{name}.jsonl").open("ab") as file:
                file.write(b'{"event":"\xff"}\n' + b"[" * 20_000 + b"\n{}\n" + random.randbytes(50) + b"\n")
    make_run("long", "stopped", settings={"device": "cuda"})


@pytest.mark.slow
@pytest.mark.fault("app ends")
def test_random_input_ends_nothing(injected: Callable[[int], None], home: Path) -> None:
    seconds = float(os.environ.get("LILM_FUZZ_SECONDS", "20"))
    seed = int(os.environ.get("LILM_FUZZ_SEED", str(random.randrange(1 << 32))))
    draw, count = random.Random(seed), 0
    set_the_scene()
    with Terminal(LAB, environment={"LILM_HOME": str(home), "LILM_FAKE_STEP_SECONDS": "0.05"}) as terminal:
        terminal.sees(b"stories")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if draw.random() < 0.03:
                terminal.resize(*draw.choice(SIZES))
            terminal.send(
                noise(draw).translate(None, b"\x11\x1a")
            )  # ctrl+q ends and ctrl+z stops it by right
            count += 1
            time.sleep(draw.choice((0, 0, 0.01, 0.05, 0.2)))
            del terminal.output[:-4096]
            if not terminal.is_alive:  # the palette has a command to quit
                code = terminal.returned()
                assert code == 0, f"seed {seed}, after {count} pieces, {code}: {terminal.tail()}"
                terminal.start(LAB)
        injected(count)
        # A busy machine has thousands of keys to work off first, and they may end in a paste without an end, which
        # takes the next ones with it.
        for _ in range(60):
            terminal.send(b"\x11")
            time.sleep(5.0)
            if not terminal.is_alive:
                break
        code = terminal.returned()
    noted = log_path().read_text() if log_path().exists() else ""
    assert not noted, f"seed {seed}: {noted[-6000:]}"
    assert code == 0, f"seed {seed}"
