"""The values of the new-run form, the resulting settings, and errors by field."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.config.budget import parse_budget
from engine.config.command import train_command
from engine.config.loading import flat_settings, flat_table, merge
from engine.config.presets import describe_preset, preset_names
from engine.config.resolve import resolve_settings
from engine.config.settings import RunSettings
from engine.errors import LilmError, MisuseError, UnreadableError
from engine.files.reading import decode_toml
from engine.models.family import AUTOMATIC
from engine.models.registry import family_of
from engine.runs.folder import check_name, find_run
from engine.tokenizers.specification import parse_tokenizer
from tui.lab.corpus_list import join_sources, split_sources
from tui.lab.new_run.fields import (
    BASE,
    FAMILY,
    FOLDED,
    LATER,
    MORE,
    NAME,
    NOW,
    OWN,
    OWN_KEYS,
    PRESET,
    SHOWN,
    SIZE,
    SIZED,
    START,
    TEXTS,
    describe_changed,
    describe_setting,
    more_fields,
    usual_fields,
)

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from engine.config.loading import Table
    from engine.config.reference import Setting
    from engine.models.family import Field

_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")


class NewRunForm:
    """The values of the fields. Choosing a preset, a size or another family fills in its defaults."""

    def __init__(self, sources: Sequence[str], base: str = "", defaults: Table | None = None) -> None:
        """`base`: run whose weights the new one begins with. `defaults`: the user's, nested as in run.toml; they
        last until another preset, family or base is chosen.
        """
        self.values: dict[str, str] = {TEXTS.key: join_sources(sources), NAME.key: "", START.key: NOW}
        self.values |= {BASE.key: base, SIZE.key: OWN, MORE.key: FOLDED}
        self._more: dict[str, tuple[Field, Setting]] = {}
        """Fields of all other settings of the family; empty before they are shown for the first time."""
        self._changed: set[str] = set()
        """Keys of those that the user changed."""
        self._settings = RunSettings()
        self._settings_of: dict[str, str] = {}
        """Values of which `_settings` are: with a base, resolving them reads the beginning of the text."""
        self.choose_preset(preset_names()[0])
        if defaults:
            self._fill_defaults(defaults)

    @property
    def fields(self) -> tuple[Field, ...]:
        more = replace(MORE, hint=describe_changed(len(self._changed)))
        others = (field for field, _ in self._more.values()) if self.values[MORE.key] == SHOWN else ()
        return (*self._usual, more, *others)

    @property
    def _usual(self) -> tuple[Field, ...]:
        return usual_fields(self.values[FAMILY.key], self.values[BASE.key].strip())

    def set(self, key: str, value: str) -> None:
        match key:
            case PRESET.key:
                self.choose_preset(value)
            case FAMILY.key:
                self.choose_family(value)
            case SIZE.key:
                self._choose_size(value)
            case MORE.key:
                self.values[key] = value
                self._list_more()
            case BASE.key:
                self.values[BASE.key] = value
                self.choose_preset(self.values[PRESET.key])
            case _:
                if key in self._more and value != self.values[key]:
                    self._changed.add(key)
                if key in SIZED and value != self.values[key]:
                    self.values[SIZE.key] = OWN
                self.values[key] = value

    def choose_preset(self, name: str) -> None:
        self.values |= {PRESET.key: name, SIZE.key: OWN}
        self._fill(resolve_settings({}, preset_name=name, base=self.base()))

    def choose_family(self, family: str) -> None:
        """Fill in the family's defaults; the preset's training settings stay."""
        self.values[SIZE.key] = OWN
        self._fill(self._start(family))

    def _fill_defaults(self, defaults: Table) -> None:
        """Fill in the user's defaults; those that have no field of their own count as changed settings."""
        preset = self.values[PRESET.key]
        try:
            settings = resolve_settings(merge(defaults), preset_name=preset, base=self.base())
        except MisuseError:
            return  # they do not fit the model of the base
        self._fill(settings)
        others = flat_table(defaults).keys() - {field.key for field in self._usual} - {FAMILY.key}
        if others:
            self._more = more_fields(self.values[FAMILY.key], self._usual)
            flat = flat_settings(settings)
            self._changed |= others & self._more.keys()
            self.values |= {key: _written(flat[key]) for key in self._more}

    def _choose_size(self, size: str) -> None:
        """Fill in the settings that a size determines; OWN: as the preset has them."""
        self.values[SIZE.key] = size
        chosen = {"model": {"family": self.values[FAMILY.key]}}
        preset = self.values[PRESET.key]
        settings = resolve_settings(chosen, preset_name=preset, size=None if size == OWN else size)
        self.values |= {
            key: _written(value) for key, value in flat_settings(settings).items() if key in SIZED
        }

    def describe(self, key: str) -> str:
        """Return the text of a setting that is folded by default; empty for other fields."""
        return describe_setting(self._more[key][1]) if key in self._more else ""

    def _start(self, family: str) -> RunSettings:
        chosen = {"model": {"family": family}}
        return resolve_settings(chosen, preset_name=self.values[PRESET.key], base=self.base())

    def _list_more(self) -> None:
        """List all other settings of the family, once they are to be shown."""
        if self.values[MORE.key] == SHOWN or self._more:
            self._more = more_fields(self.values[FAMILY.key], self._usual)
            usual = flat_settings(self._start(self.values[FAMILY.key]))
            self.values |= {key: _written(usual[key]) for key in self._more.keys() - self._changed}

    def settings(self) -> RunSettings:
        """Return the settings. Raises MisuseError if the form has an error."""
        if self._settings_of != self.values:
            for message in self.errors().values():
                raise MisuseError(message)
            self._settings, self._settings_of = self._resolve(self._typed()), dict(self.values)
        return self._settings

    def sources(self) -> tuple[str, ...]:
        """Return the texts; none while a quotation mark is open."""
        try:
            return split_sources(self.values[TEXTS.key])
        except ValueError:
            return ()

    @property
    def waits(self) -> bool:
        """True when the run begins after those that train now."""
        return self.values[START.key] == LATER

    def base(self) -> RunSettings | None:
        """Return the settings of the run to start from; None without one, or if it cannot be read."""
        try:
            name = self.values[BASE.key].strip()
            return find_run(name).settings() if name else None
        except LilmError:
            return None

    def command(self) -> str:
        """Return the equal `lilm train` command. Raises MisuseError if the form has an error."""
        return train_command(self.settings(), base=self.base(), name=self.name(), waits=self.waits)

    def name(self) -> str | None:
        return self.values[NAME.key].strip() or None

    def errors(self, taken_names: Container[str] = ()) -> dict[str, str]:
        """Return one sentence for each invalid field, by its key."""
        errors: dict[str, str] = {}
        typed = self._typed()
        for field in self.fields:
            try:
                self._check(field, taken_names)
            except MisuseError as error:
                errors[field.key] = str(error)
                typed.pop(field.key, None)
        # Settings are validated up to the first error. The field named in it is replaced by the preset's value
        # until the rest is valid. If two fields contradict each other, the later one is reported.
        while typed:
            try:
                self._resolve(typed)
                break
            except MisuseError as error:
                key = next((key for key in reversed(typed) if key in str(error)), next(iter(typed)))
                errors[key] = str(error).removeprefix(f"{key} = {typed[key]}: ").split("; change it")[0]
                del typed[key]
        return errors

    def _typed(self) -> dict[str, str]:
        """Return the settings in the fields, as typed, without those that were left as they are by default."""
        keys = [field.key for field in self._usual if field.key not in OWN_KEYS]
        return {key: self.values[key].strip() for key in (*keys, *sorted(self._changed & self._more.keys()))}

    def _resolve(self, typed: Mapping[str, str]) -> RunSettings:
        """Return the preset, overridden by the fields."""
        base = self.values[BASE.key].strip()
        chosen = merge(
            {"model": {"family": self.values[FAMILY.key]}},
            {"base": base} if base else {},
            *(_nested(key, _read(value) if key in self._changed else value) for key, value in typed.items()),
            {"corpus": {"sources": list(self.sources())}},
        )
        return resolve_settings(chosen, preset_name=self.values[PRESET.key], base=self.base())

    def _check(self, field: Field, taken_names: Container[str]) -> None:
        """Check a field independently of the others. Raises MisuseError."""
        value = self.values[field.key].strip()
        if field is TEXTS:
            try:
                sources = split_sources(value)
            except ValueError:
                raise MisuseError("a quotation mark is missing") from None
            if not sources:
                raise MisuseError("name at least one text")
        elif field is NAME and value:
            check_name(value)
            if value in taken_names:
                raise MisuseError("a run of this name exists")
        elif field is BASE:
            if value:
                find_run(value)
        elif field.key == "tokenizer":
            parse_tokenizer(value)
        elif field.key == "training.budget":
            parse_budget(value)
        elif field.key == "device" and not _DEVICE.fullmatch(value):
            raise MisuseError("write auto, cpu, cuda, cuda:1 or mps")
        elif field.key not in OWN_KEYS and not value:
            raise MisuseError("a value is missing")

    def _fill(self, settings: RunSettings) -> None:
        """Show these settings in all fields; what was changed of the other settings is forgotten."""
        self.values[FAMILY.key] = family_of(settings.model).name
        self._changed.clear()
        flat = flat_settings(settings)
        shown = [field.key for field in self._usual if field.key not in OWN_KEYS]
        self.values |= {key: _written(flat[key]) for key in shown}
        self._list_more()


def describe_preset_of(form: NewRunForm) -> str:
    """Return the chosen preset with its description."""
    name = form.values[PRESET.key]
    return f"{name}: {describe_preset(name)}"


def _nested(key: str, value: object) -> dict[str, Any]:
    group, _, name = key.rpartition(".")
    setting = None if value == AUTOMATIC else value
    return {group: {name: setting}} if group else {name: setting}


def _written(value: object) -> str:
    """Return a setting as its field shows it."""
    match value:
        case None:
            return AUTOMATIC
        case bool():
            return str(value).lower()
        case list() | tuple():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def _read(text: str) -> object:
    """Return a list for what is written as one, else the text."""
    if not text.startswith("["):
        return text
    try:
        return decode_toml(f"value = {text}")["value"]
    except UnreadableError:
        return text
