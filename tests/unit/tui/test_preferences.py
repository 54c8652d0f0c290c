from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.errors import MisuseError
from engine.files.storage import settings_file
from tui.app import LilmApp
from tui.preferences import Preferences, read_preferences

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LILM_HOME", str(tmp_path))


def test_without_a_file_everything_is_by_default() -> None:
    assert read_preferences() == Preferences()


def test_what_is_written_is_read_and_used() -> None:
    settings_file().write_text('theme = "light"\nascii = true\nmouse = false\n[keys]\n"runs.stop" = "X"\n')
    read = read_preferences()
    assert read == Preferences(theme="light", ascii=True, mouse=False, keys={"runs.stop": "X"})
    app = LilmApp(preferences=read)
    assert (app.theme, app.ascii_glyphs) == ("light", True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('them = "light"', "no setting 'them'; did you mean theme?"),
        ('theme = "lihgt"', "no theme 'lihgt'; did you mean light?"),
        ("theme = 3", "theme is 3; it must be the name of a theme"),
        ('mouse = "no"', "mouse is 'no'; it must be true or false"),
        ('[keys]\n"runs.stopp" = "X"', "no key binding 'runs.stopp'; did you mean runs.stop?"),
        ("keys = 1", "keys is 1; it must be a table of keys"),
        ("theme =", "cannot read"),
    ],
)
def test_what_is_wrong_is_named(content: str, said: str) -> None:
    settings_file().write_text(content)
    with pytest.raises(MisuseError, match=said) as told:
        read_preferences()
    assert "config.toml" in str(told.value)
