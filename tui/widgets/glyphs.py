"""Characters that widgets draw with: one set for UTF-8 terminals and one for ASCII."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Glyphs:
    """Each is one cell wide, except `ellipsis`, `newline`, `arrow` and `plus_minus` in ASCII."""

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
    cross: str
    track_done: str
    track_left: str
    knob: str
    bar_steps: str
    """Bars of increasing length within a cell; the last one is full."""
    bar_empty: str
    down: str
    checkpoint: str
    resumed: str
    rate: str
    not_finite: str
    arrow: str
    plus_minus: str
    sibling: str
    """Format of a turn's number among its siblings."""


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
    cross="┼",
    track_done="━",
    track_left="─",
    knob="●",
    bar_steps="▏▎▍▌▋▊▉█",
    bar_empty=" ",
    down="↓",
    checkpoint="┴",
    resumed="R",
    rate="L",
    not_finite="!",
    arrow="→",
    plus_minus="±",
    sibling="‹{}›",
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
    cross="+",
    track_done="=",
    track_left="-",
    knob="O",
    bar_steps="#",
    bar_empty=".",
    down="v",
    checkpoint="'",
    resumed="R",
    rate="L",
    not_finite="!",
    arrow="->",
    plus_minus="+-",
    sibling="<{}>",
)


PLAIN_TERMINALS = ("linux", "vt", "ansi", "cons", "sun")
"""Beginnings of TERM for terminals whose fonts have no braille, and perhaps no box drawing."""


def glyphs_of(app: object = None) -> Glyphs:
    """Return the set chosen by the app's attribute `ascii_glyphs`, by LILM_ASCII, or by terminal and locale."""
    wanted: bool | None = getattr(app, "ascii_glyphs", None)
    if wanted is None:
        wanted = needs_ascii(os.environ)
    return ASCII if wanted else UNICODE


def needs_ascii(environment: Mapping[str, str]) -> bool:
    """True when LILM_ASCII says so, or else TERM or the locale of an environment."""
    chosen = environment.get("LILM_ASCII", "")
    if chosen:
        return chosen != "0"
    if environment.get("TERM", "").startswith(PLAIN_TERMINALS):
        return True
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        locale = environment.get(name, "")
        # Python itself sets LC_CTYPE=C.UTF-8 in a C locale (PEP 538).
        if locale and (name, locale) != ("LC_CTYPE", "C.UTF-8"):
            return "utf8" not in locale.lower().replace("-", "")
    return False  # containers and ssh often forward no locale, and nearly all terminals show UTF-8
