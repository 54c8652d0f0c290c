"""Characters that widgets draw with: one set for UTF-8 terminals and one for ASCII."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Glyphs:
    """Each is one cell wide, except `ellipsis` and `newline` in ASCII."""

    ascii: bool
    newline: str
    space: str
    ellipsis: str
    between: str
    line: str
    marker: str
    vertical: str
    horizontal: str
    corner: str
    tick_left: str
    tick_below: str
    pointer: str
    track_done: str
    track_left: str
    knob: str
    bar_steps: str
    """Bars of increasing length within a cell; the last one is full."""
    bar_empty: str
    down: str


UNICODE = Glyphs(
    ascii=False,
    newline="↵",
    space="␣",
    ellipsis="…",
    between="·",
    line="━",
    marker="●",
    vertical="│",
    horizontal="─",
    corner="└",
    tick_left="┤",
    tick_below="┬",
    pointer="▲",
    track_done="━",
    track_left="─",
    knob="●",
    bar_steps="▏▎▍▌▋▊▉█",
    bar_empty=" ",
    down="↓",
)

ASCII = Glyphs(
    ascii=True,
    newline="\\n",
    space="_",
    ellipsis="...",
    between="-",
    line="-",
    marker="o",
    vertical="|",
    horizontal="-",
    corner="+",
    tick_left="+",
    tick_below="+",
    pointer="^",
    track_done="=",
    track_left="-",
    knob="O",
    bar_steps="#",
    bar_empty=".",
    down="v",
)


def glyphs_of(app: object = None) -> Glyphs:
    """Return the set chosen by the app's attribute `ascii_glyphs`, or else by the variable LILM_ASCII."""
    wanted = getattr(app, "ascii_glyphs", None)
    if wanted is None:
        wanted = os.environ.get("LILM_ASCII", "0") not in ("", "0")
    return ASCII if wanted else UNICODE
