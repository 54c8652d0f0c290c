from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.errors import MisuseError
from engine.files.storage import settings_file
from tui.app import LilmApp
from tui.config_file import check_keys
from tui.keys.catalog import ALL_KEYS
from tui.lab.new_run.form import NewRunForm
from tui.memory import remember, remembered
from tui.preferences import Preferences, read_preferences

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LILM_HOME", str(tmp_path))


def test_without_a_file_everything_is_by_default() -> None:
    assert read_preferences() == Preferences()


def test_what_is_written_is_read_and_used() -> None:
    settings_file().write_text(
        'theme = "light"\nascii = true\nmouse = false\nreadonly = true\ntraffic = true\n'
        'notify = "bell"\nnotify_command = ["say", "done"]\n'
        '[defaults]\ntraining.budget = "5m"\n[keys]\n"runs.stop" = "X"\n"app.traffic" = "ctrl+t,f9"\n'
    )
    read = read_preferences()
    assert read == Preferences(
        theme="light",
        ascii=True,
        mouse=False,
        readonly=True,
        traffic=True,
        notify="bell",
        notify_command=("say", "done"),
        defaults={"training": {"budget": "5m"}},
        keys={"runs.stop": "X", "app.traffic": "ctrl+t,f9"},
    )
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
        ('frugal = "yes"', "frugal is 'yes'; it must be true or false"),
        ('notify = "shout"', 'notify is \'shout\'; it must be "off" or "bell"'),
        ('notify_command = "say"', "notify_command is 'say'; it must be a list of words"),
        ('[keys]\n"runs.stop" = "ctlr+x"', "there is no key 'ctlr\\+x'; write X, ctrl\\+t, f9"),
        ('[keys]\n"runs.stop" = ""', "there is no key ''"),
        ('[keys]\n"runs.stop" = "n"', "this is the key of lab.new-run"),
        ('[keys]\n"runs.stop" = "?"', "this is the key of app.help"),
        ('[keys]\n"talk.newline" = "f9"', "this is the key of app.traffic"),
        ('[keys]\n"runs.stop" = "V"\n"runs.pause" = "V"', "this is the key of runs.pause"),
        ('[defaults]\ntraining.bugdet = "5m"', "defaults: .*did you mean training.budget"),
        ('[defaults]\ntraining.budget = "5 parsecs"', "defaults: .*budget"),
        ('[defaults]\ncorpus.sources = ["x"]', "corpus.sources is chosen for each run"),
        ("defaults = 3", "defaults is 3; it must be a table"),
    ],
)
def test_what_is_wrong_is_named(content: str, said: str) -> None:
    settings_file().write_text(content)
    with pytest.raises(MisuseError, match=said) as told:
        read_preferences()
    assert "config.toml" in str(told.value)


def test_frugal_has_16_colors_and_does_not_change_the_remembered_theme() -> None:
    remember(theme="high-contrast")
    app = LilmApp(preferences=Preferences(frugal=True, theme="light"))
    assert app.theme == "16-color"
    app.set_frugal(False)
    assert app.theme == "light"
    assert remembered() == {"theme": "high-contrast"}


def test_two_keys_may_change_places() -> None:
    settings_file().write_text('[keys]\n"runs.stop" = "P"\n"runs.pause" = "S"\n')
    assert read_preferences().keys == {"runs.stop": "P", "runs.pause": "S"}


def test_the_apps_own_keys_may_be_written_down() -> None:
    check_keys({str(binding.id): binding.key for binding in ALL_KEYS.values()})


def test_the_new_run_form_begins_with_the_defaults() -> None:
    form = NewRunForm(["stories"], defaults={"training": {"budget": "5m", "warmup": 0.2}, "seed": 7})
    settings = form.settings()
    assert (settings.training.budget, settings.training.warmup, settings.seed) == ("5m", 0.2, 7)
    assert "training.warmup=0.2" in form.command()
