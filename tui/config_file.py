"""Checks of config.toml. Each error names the setting, what it holds, and what it may hold.

Imported only where there is such a file.
"""

from __future__ import annotations

import difflib
import unicodedata
from typing import TYPE_CHECKING, Any

from textual.keys import KEY_TO_UNICODE_NAME, REPLACED_KEYS, Keys, _normalize_key_list

from engine.errors import MisuseError
from tui.keys.catalog import ALL_KEYS, HELP_GROUPS
from tui.theme import THEMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.binding import Binding

SIGNALS = ("off", "bell")
SWITCHES = ("ascii", "mouse", "frugal", "readonly", "traffic")
"""Settings that are true or false."""
EVERYWHERE, QUESTIONS = "Everywhere", "Questions"
"""Groups of keys: those that work in all others, and those of dialogs, in which no other key works."""
OF_ONE_RUN = ("base", "corpus.sources")
"""Settings that are no defaults of all runs."""

_NAMED = {key.value for key in Keys if not key.value.startswith("<")}
_MODIFIERS = ("ctrl+", "alt+", "shift+")


def check_config(table: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raises MisuseError for the first setting that cannot be used, or whose name is not one of `names`."""
    _check_names("setting", table, names)
    theme = table.get("theme", "")
    _check("theme", theme, isinstance(theme, str), "the name of a theme")
    _check_names("theme", [theme] if theme else [], THEMES)
    for name in SWITCHES:
        _check(name, table.get(name), isinstance(table.get(name, True), bool), "true or false")
    notify = table.get("notify", SIGNALS[0])
    _check("notify", notify, notify in SIGNALS, " or ".join(f'"{signal}"' for signal in SIGNALS))
    command = table.get("notify_command", [])
    is_command = isinstance(command, list) and all(
        isinstance(word, str) and "\0" not in word for word in command
    )
    _check("notify_command", command, is_command, 'a list of words such as ["notify-send", "LiLM"]')
    keys = table.get("keys", {})
    is_table = isinstance(keys, dict) and all(isinstance(key, str) for key in keys.values())
    _check("keys", keys, is_table, 'a table of keys such as "runs.stop" = "X"')
    check_keys(keys)
    defaults = table.get("defaults", {})
    _check(
        "defaults", defaults, isinstance(defaults, dict), 'a table of settings such as training.budget = "5m"'
    )
    check_defaults(defaults)


def check_keys(keys: Mapping[str, str]) -> None:
    """Raises MisuseError for an unknown binding or key, or a key that means something else in the same place."""
    _check_names("key binding", keys, ALL_KEYS)
    for id, names in keys.items():
        for name in names.split(","):
            if not _is_key(name.strip()):
                raise MisuseError(
                    f'keys."{id}" is {names!r}: there is no key {name.strip()!r}; write X, ctrl+t, f9, ...'
                )
        for key in set(_normalize_key_list(names).split(",")) - set(_usual(id)):
            for group, other in _meanings(key, keys):
                if other.id != id and other.action != ALL_KEYS[id].action and _meet(id, group, key):
                    raise MisuseError(
                        f'keys."{id}" is {names!r}: this is the key of {other.id} ({other.description})'
                    )


def check_defaults(defaults: Mapping[str, Any]) -> None:
    """Raises MisuseError, which names the key, for settings of new runs that cannot be used."""
    if not defaults:
        return
    from engine.config.loading import flat_table
    from engine.config.resolve import resolve_settings

    for key in OF_ONE_RUN:
        if key in flat_table(defaults):
            raise MisuseError(f"defaults: {key} is chosen for each run; remove it")
    try:
        resolve_settings(dict(defaults))
    except MisuseError as error:
        raise MisuseError(f"defaults: {error}") from error


def _usual(id: str) -> list[str]:
    """Return the keys that a binding has without config.toml."""
    return _normalize_key_list(ALL_KEYS[id].key).split(",")


def _is_key(name: str) -> bool:
    for modifier in _MODIFIERS:
        name = name.removeprefix(modifier)
    return len(name) == 1 or name in {*_NAMED, *KEY_TO_UNICODE_NAME, *REPLACED_KEYS} or _is_character(name)


def _is_character(name: str) -> bool:
    try:
        return bool(unicodedata.lookup(name.replace("_", " ").upper()))
    except KeyError:
        return False


def _meanings(key: str, changed: Mapping[str, str]) -> Iterable[tuple[str, Binding]]:
    """Yield the bindings that have a key after the changes, with their groups."""
    for group, bindings in HELP_GROUPS:
        for binding in bindings:
            names = changed.get(str(binding.id), binding.key)
            if key in _normalize_key_list(names).split(","):
                yield group, binding


def _meet(id: str, group: str, key: str) -> bool:
    """True if a key of one binding may be pressed where a binding of `group` has it too. A letter has one meaning in
    the whole app.
    """
    own = {title for title, bindings in HELP_GROUPS if any(binding.id == id for binding in bindings)}
    if group == QUESTIONS or QUESTIONS in own:
        return group in own
    return len(key) == 1 or group in own or EVERYWHERE in (group, *own)


def _check(name: str, value: object, is_right: bool, wanted: str) -> None:
    if not is_right:
        raise MisuseError(f"{name} is {value!r}; it must be {wanted}")


def _check_names(kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    known = list(known)
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise MisuseError(f"there is no {kind} {name!r}; {hint}")
