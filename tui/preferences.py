"""The user's preferences in config.toml.

The first frame waits for this module, so it imports what parses only where there is a file.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from engine.errors import AbsentError, MisuseError, UnreadableError
from engine.files.storage import settings_file
from tui.keys.catalog import ALL_KEYS
from tui.theme import THEMES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True)
class Preferences:
    """Contents of config.toml."""

    theme: str | None = None
    """A name of `THEMES`; None: the one chosen last, or one for the terminal's colors."""
    ascii: bool | None = None
    """Draw in ASCII; None: as the terminal and its locale allow."""
    mouse: bool = True
    keys: dict[str, str] = field(default_factory=dict)
    """Keys by the id of their binding, such as `"runs.stop" = "X"`."""


def read_preferences() -> Preferences:
    """Return the preferences; without a file the defaults. Raises MisuseError for a file that cannot be used."""
    path = settings_file()
    if not path.exists():
        return Preferences()
    from engine.files.reading import read_toml

    try:
        table = read_toml(path)
    except AbsentError:
        return Preferences()
    except UnreadableError as error:
        raise MisuseError(str(error)) from error
    _check_names(path, "setting", table, [one.name for one in fields(Preferences)])
    _check(
        path, "theme", table.get("theme", ""), isinstance(table.get("theme", ""), str), "the name of a theme"
    )
    for name in ("ascii", "mouse"):
        _check(path, name, table.get(name), isinstance(table.get(name, True), bool), "true or false")
    keys = table.get("keys", {})
    is_table = isinstance(keys, dict) and all(isinstance(key, str) for key in keys.values())
    _check(path, "keys", keys, is_table, 'a table of keys such as "runs.stop" = "X"')
    _check_names(path, "theme", [table["theme"]] if table.get("theme") else [], THEMES)
    _check_names(path, "key binding", keys, ALL_KEYS)
    return Preferences(**table)


def _check(path: Path, name: str, value: object, is_right: bool, wanted: str) -> None:
    if not is_right:
        raise MisuseError(f"{path}: {name} is {value!r}; it must be {wanted}")


def _check_names(path: Path, kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    known = list(known)
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise MisuseError(f"{path}: there is no {kind} {name!r}; {hint}")
