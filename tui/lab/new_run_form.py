"""The new-run form without its screen: fields, the resulting settings, and errors by field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from engine.config.budget import parse_budget
from engine.config.loading import merge
from engine.config.presets import describe_preset, preset_names
from engine.config.resolve import resolve_settings
from engine.errors import MisuseError
from engine.formatting import count, duration, rate
from engine.models.family import AUTOMATIC, CountingFamily, Field
from engine.models.registry import FAMILIES, family_of, learns_by_counting, parameter_count
from engine.runs.folder import check_name
from engine.tokenizers.specification import parse_tokenizer
from tui.lab.corpus_list import join_sources, split_sources

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from engine.config.settings import RunSettings
    from tui.lab.run_watcher import WatchedRun

BYTE_VOCABULARY = 257
TIKTOKEN_VOCABULARIES = {
    # Including special tokens, as in tiktoken's n_vocab.
    "gpt2": 50_257,
    "r50k_base": 50_257,
    "p50k_base": 50_281,
    "cl100k_base": 100_277,
    "o200k_base": 200_019,
}
_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")
SIMILAR = 1.5
"""Largest ratio of parameter counts of two runs that are taken to train equally fast."""

TEXTS = Field("texts", "Texts", "names, files, folders, globs")
PRESET = Field("preset", "Preset", choices=tuple(preset_names()))
FAMILY = Field("model.family", "Model", choices=tuple(FAMILIES))
BUDGET = Field("training.budget", "Budget", "3m, 2000steps, 5M tokens, 2epochs")
"""Counting models have none: they read the text once."""
NAME = Field("name", "Name", "empty: from text and model")
FIRST = (
    TEXTS,
    PRESET,
    FAMILY,
    Field("tokenizer", "Tokenizer", "bpe:1024, char, byte, word"),
    BUDGET,
)
LEARNING = (
    Field("training.batch_size", "Batch size", "windows in a step"),
    Field("training.learning_rate", "Learning rate", "AdamW's peak"),
)
LAST = (Field("seed", "Seed"), Field("device", "Device", "auto, cpu, cuda, cuda:1, mps"), NAME)
ALL_FIELDS = tuple(
    dict.fromkeys(
        (*FIRST, *(field for family in FAMILIES.values() for field in family.fields), *LEARNING, *LAST)
    )
)
"""Fields of all families without duplicates, in the order of the form."""


class NewRunForm:
    """The values of the fields. Choosing a preset or another family fills in its defaults."""

    def __init__(self, sources: Sequence[str]) -> None:
        self.values: dict[str, str] = {TEXTS.key: join_sources(sources), NAME.key: ""}
        self.choose_preset(preset_names()[0])

    @property
    def fields(self) -> tuple[Field, ...]:
        family = FAMILIES[self.values[FAMILY.key]]
        if isinstance(family, CountingFamily):
            return (*(field for field in FIRST if field is not BUDGET), *family.fields, *LAST)
        return (*FIRST, *family.fields, *LEARNING, *LAST)

    def set(self, key: str, value: str) -> None:
        if key == PRESET.key:
            self.choose_preset(value)
        elif key == FAMILY.key:
            self.choose_family(value)
        else:
            self.values[key] = value

    def choose_preset(self, name: str) -> None:
        self.values[PRESET.key] = name
        self._fill(resolve_settings({}, preset_name=name))

    def choose_family(self, family: str) -> None:
        """Fill in the family's defaults; the preset's training settings stay."""
        chosen = {"model": {"family": family}}
        self._fill(resolve_settings(chosen, preset_name=self.values[PRESET.key]))

    def settings(self) -> RunSettings:
        """Return the settings. Raises MisuseError if the form has an error."""
        for message in self.errors().values():
            raise MisuseError(message)
        return self._resolve(self._typed())

    def sources(self) -> tuple[str, ...]:
        """Return the texts; none while a quotation mark is open."""
        try:
            return split_sources(self.values[TEXTS.key])
        except ValueError:
            return ()

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
        """Return the settings in the fields, as typed."""
        own = (TEXTS.key, PRESET.key, NAME.key)
        return {field.key: self.values[field.key].strip() for field in self.fields if field.key not in own}

    def _resolve(self, typed: Mapping[str, str]) -> RunSettings:
        """Return the preset, overridden by the fields."""
        chosen = merge(
            {"model": {"family": self.values[FAMILY.key]}},
            *(_nested(key, value) for key, value in typed.items()),
            {"corpus": {"sources": list(self.sources())}},
        )
        return resolve_settings(chosen, preset_name=self.values[PRESET.key])

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
        elif field.key == "tokenizer":
            parse_tokenizer(value)
        elif field.key == "training.budget":
            parse_budget(value)
        elif field.key == "device" and not _DEVICE.fullmatch(value):
            raise MisuseError("write auto, cpu, cuda, cuda:1 or mps")
        elif field not in (NAME, PRESET) and not value:
            raise MisuseError("a value is missing")

    def _fill(self, settings: RunSettings) -> None:
        self.values[FAMILY.key] = family_of(settings.model).name
        for field in self.fields:
            group, _, name = field.key.rpartition(".")
            if field.key in (TEXTS.key, PRESET.key, NAME.key, FAMILY.key):
                continue
            owner = getattr(settings, group) if group else settings
            value = getattr(owner, name)
            self.values[field.key] = AUTOMATIC if value is None else str(value)


def describe_preset_of(form: NewRunForm) -> str:
    """Return the chosen preset with its description."""
    name = form.values[PRESET.key]
    return f"{name}: {describe_preset(name)}"


def vocabulary_size(tokenizer: str, distinct_characters: int | None) -> int | None:
    """Return the size of the vocabulary if it is known before the text is read, else None."""
    try:
        spec = parse_tokenizer(tokenizer)
    except MisuseError:
        return None
    match spec.kind:
        case "bpe":
            return spec.vocabulary_size
        case "byte":
            return BYTE_VOCABULARY
        case "tiktoken":
            return TIKTOKEN_VOCABULARIES.get(spec.source)
        case "char" if distinct_characters:
            return distinct_characters
        case _:
            return spec.vocabulary_size


def describe_size(settings: RunSettings, distinct_characters: int | None) -> str:
    """Return the number of parameters, `1.2M parameters`, or when it will be known."""
    vocabulary = vocabulary_size(settings.tokenizer, distinct_characters)
    if learns_by_counting(settings.model):
        return "one count for each distinct n-gram of the text"
    if vocabulary is None:
        return "parameters: known when the text is read"
    parameters = parameter_count(settings.model, vocabulary)
    about = "about " if settings.tokenizer == "char" else ""
    return f"{about}{count(parameters or 0)} parameters"


def describe_time(settings: RunSettings, distinct_characters: int | None, runs: Iterable[WatchedRun]) -> str:
    """Return the duration of training, from the budget or from the speed of a similar run."""
    budget = parse_budget(settings.training.budget)
    if learns_by_counting(settings.model):
        return "one pass over the text"
    if budget.unit == "seconds":
        return f"{duration(budget.amount)} of training"
    speed = _measured_speed(settings, distinct_characters, runs)
    context = getattr(settings.model, "context_length", 1)
    tokens = {"steps": budget.amount * settings.training.batch_size * context, "tokens": budget.amount}
    if speed is None or budget.unit == "epochs":
        return "time: measured when it starts"
    return f"about {duration(tokens[budget.unit] / speed)} at {rate(speed)}, the speed of a similar run"


def _measured_speed(
    settings: RunSettings, distinct_characters: int | None, runs: Iterable[WatchedRun]
) -> float | None:
    """Return the tokens per second of the newest run of the same family and similar size."""
    vocabulary = vocabulary_size(settings.tokenizer, distinct_characters)
    parameters = parameter_count(settings.model, vocabulary) if vocabulary else None
    for watched in runs:
        last, started = watched.history.last, watched.history.started
        if last is None or started is None or watched.settings is None or not parameters:
            continue
        same_family = type(watched.settings.model) is type(settings.model)
        if same_family and 1 / SIMILAR < started.parameters / parameters < SIMILAR:
            return last.tokens_per_second
    return None


def _nested(key: str, value: str) -> dict[str, Any]:
    group, _, name = key.rpartition(".")
    setting = None if value == AUTOMATIC else value
    return {group: {name: setting}} if group else {name: setting}
