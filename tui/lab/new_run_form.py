"""The new-run form without a screen: its fields, what they make, and which field an error belongs to."""

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
    # Ids with special tokens, as tiktoken's n_vocab gives them.
    "gpt2": 50_257,
    "r50k_base": 50_257,
    "p50k_base": 50_281,
    "cl100k_base": 100_277,
    "o200k_base": 200_019,
}
_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")
SIMILAR = 1.5
"""Runs whose numbers of parameters differ by less than this factor train about equally fast."""


TEXTS = Field("texts", "Texts", "names, files, folders, globs")
PRESET = Field("preset", "Preset", choices=tuple(preset_names()))
FAMILY = Field("model.family", "Model", choices=tuple(FAMILIES))
NAME = Field("name", "Name", "empty: from text and model")
FIRST = (
    TEXTS,
    PRESET,
    FAMILY,
    Field("tokenizer", "Tokenizer", "bpe:1024, char, byte, word"),
    Field("training.budget", "Budget", "3m, 2000steps, 5M tokens, 2epochs"),
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
"""Of all families, each once, in the order of the form."""


class NewRunForm:
    """Holds what stands in the fields. Choosing a preset or another family fills in its numbers."""

    def __init__(self, sources: Sequence[str]) -> None:
        self.values: dict[str, str] = {TEXTS.key: join_sources(sources), NAME.key: ""}
        self.choose_preset(preset_names()[0])

    @property
    def fields(self) -> tuple[Field, ...]:
        family = FAMILIES[self.values[FAMILY.key]]
        learning = () if isinstance(family, CountingFamily) else LEARNING
        return (*FIRST, *family.fields, *learning, *LAST)

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
        """The family's defaults; what the preset says of training stays."""
        chosen = {"model": {"family": family}}
        self._fill(resolve_settings(chosen, preset_name=self.values[PRESET.key]))

    def settings(self) -> RunSettings:
        """Raises MisuseError when the form has an error."""
        for message in self.errors().values():
            raise MisuseError(message)
        return self._resolve(self._typed())

    def sources(self) -> tuple[str, ...]:
        """The texts; none while a quotation mark is open."""
        try:
            return split_sources(self.values[TEXTS.key])
        except ValueError:
            return ()

    def name(self) -> str | None:
        return self.values[NAME.key].strip() or None

    def errors(self, taken_names: Container[str] = ()) -> dict[str, str]:
        """One sentence for each field that is wrong."""
        errors: dict[str, str] = {}
        typed = self._typed()
        for field in self.fields:
            try:
                self._check(field, taken_names)
            except MisuseError as error:
                errors[field.key] = str(error)
                typed.pop(field.key, None)
        # The tree of settings tells one error at a time: the field named in it gives way to the preset's value
        # until the rest is right. Where two do not go together, the later field is the wrong one.
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
        """The settings in the fields, as they were written."""
        own = (TEXTS.key, PRESET.key, NAME.key)
        return {field.key: self.values[field.key].strip() for field in self.fields if field.key not in own}

    def _resolve(self, typed: Mapping[str, str]) -> RunSettings:
        """The preset with what stands in the fields on top."""
        chosen = merge(
            {"model": {"family": self.values[FAMILY.key]}},
            *(_nested(key, value) for key, value in typed.items()),
            {"corpus": {"sources": list(self.sources())}},
        )
        return resolve_settings(chosen, preset_name=self.values[PRESET.key])

    def _check(self, field: Field, taken_names: Container[str]) -> None:
        """What can be said of a field alone. Raises MisuseError."""
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
                raise MisuseError("there is a run of this name already")
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
    """What the chosen preset is."""
    name = form.values[PRESET.key]
    return f"{name}: {describe_preset(name)}"


def vocabulary_size(tokenizer: str, distinct_characters: int | None) -> int | None:
    """As far as it is known before the text is read; None where the text decides."""
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
    """`1.2M parameters`, or why nobody can know yet."""
    vocabulary = vocabulary_size(settings.tokenizer, distinct_characters)
    if learns_by_counting(settings.model):
        return "as many counts as the text has different sequences"
    if vocabulary is None:
        return "parameters: known when the text is read"
    parameters = parameter_count(settings.model, vocabulary)
    about = "about " if settings.tokenizer == "char" else ""
    return f"{about}{count(parameters or 0)} parameters"


def describe_time(settings: RunSettings, distinct_characters: int | None, runs: Iterable[WatchedRun]) -> str:
    """How long the budget takes, from the budget itself or from the last run of a similar model."""
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
    return f"about {duration(tokens[budget.unit] / speed)} at {rate(speed)}, as a similar run had"


def _measured_speed(
    settings: RunSettings, distinct_characters: int | None, runs: Iterable[WatchedRun]
) -> float | None:
    """Tokens a second of the newest run of the same family and about the same size."""
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
