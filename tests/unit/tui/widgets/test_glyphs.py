from __future__ import annotations

import pytest

from tui.widgets.glyphs import needs_ascii


@pytest.mark.parametrize(
    ("environment", "ascii_only"),
    [
        ({}, False),
        ({"LANG": "en_US.UTF-8", "TERM": "xterm-256color"}, False),
        ({"LANG": "de_DE.utf8"}, False),
        ({"LANG": "C"}, True),
        ({"LANG": "en_US.ISO-8859-1"}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),
        ({"LANG": "C", "LC_CTYPE": "en_US.UTF-8"}, False),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "POSIX"}, True),
        ({"LANG": "en_US.UTF-8", "TERM": "linux"}, True),
        ({"LANG": "C", "LILM_ASCII": "0"}, False),
        ({"LANG": "en_US.UTF-8", "LILM_ASCII": "1"}, True),
    ],
)
def test_glyphs_follow_the_terminal_and_its_locale(environment: dict[str, str], ascii_only: bool) -> None:
    assert needs_ascii(environment) == ascii_only
