"""Locales and terminals as their variables name them."""

from __future__ import annotations

import pytest

from engine.health.terminal import check_locale, check_terminal


@pytest.mark.parametrize(
    "environment",
    [{}, {"LANG": "C.UTF-8"}, {"LC_ALL": "", "LANG": "de_DE.utf8"}, {"LC_ALL": "en_US.UTF-8", "LANG": "C"}],
)
def test_locales_that_are_fine(environment: dict[str, str]) -> None:
    assert check_locale(environment) == []


@pytest.mark.fault("unclear")
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"LC_ALL": "C", "LANG": "C.UTF-8"}, "(LC_ALL=C) has no UTF-8"),
        ({"LC_CTYPE": "POSIX"}, "set LC_CTYPE=C.UTF-8"),
        ({"LANG": "de_DE.ISO-8859-1"}, "(LANG=de_DE.ISO-8859-1)"),
    ],
)
def test_locales_without_utf8(environment: dict[str, str], said: str) -> None:
    (found,) = check_locale(environment)
    assert said in found.message


@pytest.mark.parametrize(
    "environment", [{}, {"TERM": "xterm-256color"}, {"TERM": "xterm"}, {"TERM": "no-such-terminal"}]
)
def test_terminals_that_are_fine(environment: dict[str, str]) -> None:
    assert check_terminal(environment) == []


@pytest.mark.fault("unclear")
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"TERM": "dumb"}, "cannot move its cursor"),
        ({"TERM": "unknown"}, "set TERM=xterm-256color"),
        ({"TERM": "vt100"}, "(TERM=vt100) has no colors"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "NO_COLOR is set"),
    ],
)
def test_terminals_that_show_less(environment: dict[str, str], said: str) -> None:
    (found,) = check_terminal(environment)
    assert said in found.message
