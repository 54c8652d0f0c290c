"""The terminal: a locale with UTF-8, a cursor that can be moved, colors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.health.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

GOOD_TERM = "xterm-256color"
MONOCHROME = re.compile(r"vt\d+.*|wy.*|.*-m|.*-mono")
"""Entries of the terminfo database without colors: the old ones, and those made to have none."""


def check_locale(environment: Mapping[str, str]) -> list[Finding]:
    """The first of LC_ALL, LC_CTYPE and LANG that is set names the character set."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if value := environment.get(name):
            if "utf8" in value.lower().replace("-", ""):
                return []
            what = f"the locale ({name}={value}) has no UTF-8, so curves and signs may be shown as question marks"
            return [Finding("locale", f"{what}; set {name}=C.UTF-8")]
    return []


def check_terminal(environment: Mapping[str, str]) -> list[Finding]:
    """TERM and NO_COLOR."""
    term = environment.get("TERM", "")
    if not term:
        return []  # no terminal at all: a job, or a pipe
    if term in ("dumb", "unknown"):
        what = f"the terminal (TERM={term}) cannot move its cursor, so the app cannot be shown"
        return [Finding("terminal", f"{what}; set TERM={GOOD_TERM} if yours can, or use lilm's commands")]
    if environment.get("NO_COLOR"):
        what = "NO_COLOR is set, so curves differ by their brightness alone"
        return [Finding("terminal", f"{what}; unset it to see them in colors", "note")]
    if MONOCHROME.fullmatch(term):
        what = f"the terminal (TERM={term}) has no colors, which tell curves apart"
        return [Finding("terminal", f"{what}; set TERM={GOOD_TERM} if yours has them")]
    return []
