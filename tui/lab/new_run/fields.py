"""Fields of the new-run form: the usual ones, those of each model family, and all other settings."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from engine.config.presets import preset_names
from engine.config.sizes import DEPTHS
from engine.formatting import quantity
from engine.models.family import AUTOMATIC, CountingFamily, Field
from engine.models.registry import DEFAULT, FAMILIES

if TYPE_CHECKING:
    from engine.config.reference import Setting

TEXTS = Field("texts", "Texts", "names, files, folders, globs")
PRESET = Field("preset", "Preset", choices=tuple(preset_names()))
FAMILY = Field("model.family", "Model", choices=tuple(FAMILIES))
OWN = "own"
SIZE = Field("size", "Size", "layers, width, context and rates", choices=(OWN, *DEPTHS))
"""One dial for the numbers of a model of the default family."""
BUDGET = Field("training.budget", "Budget", "3m, 2000steps, 5M tokens, 2epochs")
"""Counting models have none: they read the text once."""
NAME = Field("name", "Name", "empty: from text and model")
TOKENIZER = Field("tokenizer", "Tokenizer", "bpe:1024, char, byte, word")
LEARNING = (
    Field("training.batch_size", "Batch size", "windows in a step"),
    Field("training.learning_rate", "Learning rate", "AdamW's peak"),
)
BASE = Field("base", "Start from", "empty, or a run to start from")
NOW, LATER = "now", "when the machine is free"
START = Field("start", "Start", choices=(NOW, LATER))
FOLDED, SHOWN = "folded", "shown"
MORE = Field("more", "All settings", choices=(FOLDED, SHOWN))
LAST = (BASE, Field("seed", "Seed"), Field("device", "Device", "auto, cpu, cuda, cuda:1, mps"), NAME, START)
OWN_KEYS = frozenset({TEXTS.key, PRESET.key, SIZE.key, NAME.key, BASE.key, START.key, MORE.key})
"""Fields that are not settings of their names."""
SIZED = frozenset(
    {f"model.{name}" for name in ("layers", "width", "heads", "context_length")}
    | {"training.batch_size", "training.learning_rate"}
)
"""Settings that a size determines. When one of them is changed, the dial stands at OWN."""
ELSEWHERE = frozenset({"corpus.sources", "model.family", "base"})
"""Settings that have a field under another key."""


def usual_fields(family_name: str, base: str) -> tuple[Field, ...]:
    """Return the fields that are always shown for a family. `base`: run to start from, which decides the size."""
    family = FAMILIES[family_name]
    first = (TEXTS, PRESET, FAMILY)
    if isinstance(family, CountingFamily):
        return (*first, TOKENIZER, *family.fields, *LAST)
    dial = (SIZE,) if family is DEFAULT and not base else ()
    return (*first, *dial, TOKENIZER, BUDGET, *family.fields, *LEARNING, *LAST)


@cache
def more_fields(family_name: str, usual: tuple[Field, ...]) -> dict[str, tuple[Field, Setting]]:
    """Return a field for each other setting of a run of a family, with its reference, by its key."""
    from engine.config.reference import all_settings

    shown = {field.key for field in usual} | ELSEWHERE
    return {
        setting.key: (_field_of(setting), setting)
        for setting in all_settings()
        if setting.family in ("", family_name) and setting.key not in shown
    }


def describe_setting(setting: Setting) -> str:
    """Return a setting's key, its text, which gives the reason of the default, and the default."""
    text = f" {setting.text}" if setting.text else ""
    return f"{setting.key}:{text} Default: {setting.default}."


def describe_changed(changed: int) -> str:
    return f"{quantity(changed, 'setting')} changed" if changed else "with default and reason"


def _field_of(setting: Setting) -> Field:
    choices: tuple[str, ...] = ()
    if setting.type == "bool":
        choices = ("true", "false")
    elif setting.type == "bool | None":
        choices = (AUTOMATIC, "true", "false")
    elif "|" in setting.type and " " not in setting.type:
        choices = tuple(setting.type.split("|"))
    label = setting.key.rpartition(".")[2].replace("_", " ")
    return Field(setting.key, label, f"({setting.default}) {setting.text}".strip(), choices)
