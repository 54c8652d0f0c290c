"""Settings from layers of plain tables, from TOML and from `KEY=VALUE`; every error names its key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import tomli_w

from engine.config.settings import CorpusSettings, RunSettings, TrainingSettings
from engine.errors import MisuseError, UnreadableError
from engine.files.reading import (
    LARGEST_TOML_FILE,
    decode_toml,
    read_toml,
    shown_text,
    unreadable,
    well_formed,
)
from engine.files.storage import write_atomically
from engine.models.registry import DEFAULT, FAMILIES, family_named

if TYPE_CHECKING:
    from pathlib import Path

Table = dict[str, Any]

MOST_SHOWN = 200
"""Characters of a wrong value that an error shows."""
_TYPES = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "array": "a list",
}
"""Python's types as msgspec names them, and in the words of errors."""


def merge(*layers: Mapping[str, Any]) -> Table:
    """Later layers win, table by table; another model family replaces the earlier model table whole."""
    merged: Table = {}
    for layer in layers:
        for key, value in layer.items():
            earlier = merged.get(key)
            if isinstance(value, Mapping) and isinstance(earlier, dict):
                other_family = "family" in value and value["family"] != earlier.get("family", value["family"])
                merged[key] = dict(value) if other_family else merge(earlier, value)
            else:
                merged[key] = dict(value) if isinstance(value, Mapping) else value
    return merged


def settings_from(table: Mapping[str, Any]) -> RunSettings:
    """Checks a table and fills in defaults. Strings are read as numbers where numbers are wanted.

    Raises MisuseError that names the key, what was expected and, for an unknown key, the nearest known one.
    """
    _refuse_bytes(table)
    _refuse_unknown_keys(table, RunSettings, "")
    if not isinstance(table.get("model", {}), Mapping):
        raise MisuseError(f"model is a group of settings; write model.family={'|'.join(FAMILIES)}")
    model = {"family": DEFAULT.name, **table.get("model", {})}
    _refuse_unknown_keys(table.get("corpus", {}), CorpusSettings, "corpus.")
    _refuse_unknown_keys(table.get("training", {}), TrainingSettings, "training.")
    family = family_named(_shown(model["family"]))
    _refuse_unknown_keys(model, family.config, "model.", also=("family",))
    try:
        return msgspec.convert({**table, "model": model}, RunSettings, strict=False)
    except msgspec.ValidationError as error:
        raise _as_misuse(error, {**table, "model": model}) from error


def parse_assignments(assignments: Sequence[str]) -> Table:
    """Turns `training.batch_size=32` into nested tables. Values are read as TOML, else as plain text."""
    table: Table = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals or not key.strip():
            raise MisuseError(
                f"cannot read --set {assignment!r}; write KEY=VALUE, as in --set model.layers=6"
            )
        *tables, name = key.strip().split(".")
        target = table
        for part in tables:
            target = target.setdefault(part, {})
            if not isinstance(target, dict):
                raise MisuseError(f"--set {key}: {part} is a single value, not a group of settings")
        target[name] = _value(value.strip())
    return table


def flat_settings(settings: RunSettings) -> Table:
    """Return all settings as JSON types by their keys in `KEY=VALUE`."""
    return flat_table(msgspec.to_builtins(settings))


def flat_table(table: Mapping[str, Any], prefix: str = "") -> Table:
    """Return the values of nested tables by their keys in `KEY=VALUE`."""
    flat: Table = {}
    for key, value in table.items():
        flat |= flat_table(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return flat


def assignment(key: str, value: object) -> str:
    """Return KEY=VALUE that `parse_assignments` reads as the value, of a JSON type."""
    if isinstance(value, str) and _value(value.strip()) == value:
        return f"{key}={value}"
    return f"{key}={shown_text(msgspec.json.encode(value))}"


def write_settings(path: Path, settings: RunSettings) -> None:
    """Raises MisuseError for settings that `read_settings` would refuse as too large."""
    text = to_toml(settings).encode()
    if len(text) > LARGEST_TOML_FILE:
        raise MisuseError(
            f"the settings take {len(text):,} bytes, more than {LARGEST_TOML_FILE:,}; "
            "name folders instead of their files"
        )
    write_atomically(path, text)


def to_toml(settings: RunSettings) -> str:
    """The settings as people read them. What is not set (none) is left out, as TOML has no word for it."""
    return tomli_w.dumps(_without_none(msgspec.to_builtins(settings)))


def read_settings(path: Path) -> RunSettings:
    """Raises UnreadableError when the file is missing or damaged."""
    table = read_toml(path)
    try:
        return settings_from(table)
    except MisuseError as error:
        raise unreadable(f"the settings in {path}", str(error)) from error


def _value(text: str) -> Any:
    try:
        return decode_toml(f"value = {text}")["value"]
    except UnreadableError:
        return text


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return value


def _refuse_bytes(value: object) -> None:
    """Raises MisuseError for text that is no UTF-8, such as some file names, which run.toml could not hold."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            shown = _shown(well_formed(value))
            raise MisuseError(f"{shown} is not UTF-8, and settings have to be; rename the file") from None
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _refuse_bytes(key)
            _refuse_bytes(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_bytes(item)


def _refuse_unknown_keys(
    table: object, struct: type[msgspec.Struct], prefix: str, also: tuple[str, ...] = ()
) -> None:
    known = (*struct.__struct_fields__, *also)
    if not isinstance(table, Mapping):
        raise MisuseError(f"{prefix.rstrip('.')} is a group of settings: {', '.join(known)}")
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {prefix}{near[0]}?" if near else f"there are {', '.join(known)}"
            raise MisuseError(f"there is no setting {prefix}{_shown(key)}; {hint}")


def _as_misuse(error: msgspec.ValidationError, table: Mapping[str, Any]) -> MisuseError:
    """msgspec says `Expected ... - at `$.model.order``; people want the key first and the value they gave."""
    message, _, path = str(error).partition(" - at `$.")
    key = path.rstrip("`")
    if not key:
        return MisuseError(message)
    value: Any = table
    for part in re.sub(r"\[.*?\]", "", key).split("."):
        value = value.get(part, "") if isinstance(value, Mapping) else value
    return MisuseError(f"{key} = {_shown(value)}: {describe_mismatch(message)}; change it and start again")


def describe_mismatch(message: str) -> str:
    """Return a message of msgspec without the names of Python's types: `expected a whole number >= 1`."""
    expected = message.split(", got")[0]
    for name, words in _TYPES.items():
        expected = re.sub(rf"`{name}\b", f"`{words}", expected)
    return f"{expected[0].lower()}{expected[1:]}".replace("`", "")


def _shown(value: object) -> str:
    """The beginning of a value, for an error."""
    try:
        text = str(value)
    except ValueError:  # Python writes no integer of more than 4,300 digits
        text = "a number of thousands of digits"
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
