"""Foot of the new-run form: parameters, memory, time, steps, passes over the text, and what speaks against a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.config.budget import parse_budget
from engine.errors import MisuseError
from engine.formatting import count, decimal, duration, quantity, size
from engine.models.registry import learns_by_counting, parameter_count
from engine.runs.sizing import memory_of, similar_speed, size_of, warnings
from engine.tokenizers.specification import parse_tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.config.settings import RunSettings
    from engine.runs.listing.selection import Listed
    from engine.runs.sizing import TextFigures

BYTE_VOCABULARY = 257
TIKTOKEN_VOCABULARIES = {
    # Including special tokens, as in tiktoken's n_vocab.
    "gpt2": 50_257,
    "r50k_base": 50_257,
    "p50k_base": 50_281,
    "cl100k_base": 100_277,
    "o200k_base": 200_019,
}


def describe_counted(
    settings: RunSettings, text: TextFigures, runs: Iterable[Listed], free_bytes: int | None
) -> tuple[list[str], list[str]]:
    """Return the lines of figures, and the warnings, for a text whose tokens have been counted."""
    tokens = f"{count(text.train_tokens)} tokens"
    if learns_by_counting(settings.model):
        return ["one count for each distinct n-gram of the text, one pass", f"{tokens} of text"], []
    speed = similar_speed(settings, parameter_count(settings.model, text.vocabulary_size), runs)
    found = size_of(settings, text, speed)
    first = [f"{found.parameters:,} parameters", f"about {size(found.memory_bytes or 0)} of memory"]
    is_given = parse_budget(settings.training.budget).unit == "seconds"
    if found.seconds is not None:
        first.append(("" if is_given else "about ") + duration(found.seconds))
    if found.steps is None or found.passes is None or found.tokens_per_parameter is None:
        second = f"{tokens} of text; steps: measured when it starts"
    else:
        about = "about " if is_given else ""
        second = (
            f"{about}{quantity(found.steps, 'step')}, {decimal(found.passes, 2)} passes over {tokens}, "
            f"{decimal(found.tokens_per_parameter, 2)} tokens a parameter"
        )
    return [", ".join(first), second], warnings(settings, text, found, free_bytes)


def describe_uncounted(settings: RunSettings, distinct_characters: int | None) -> str:
    """Return the figures that are known before the text is read."""
    if learns_by_counting(settings.model):
        return "one count for each distinct n-gram of the text, one pass"
    budget = parse_budget(settings.training.budget)
    time = f", {duration(budget.amount)} of training" if budget.unit == "seconds" else ""
    vocabulary = vocabulary_size(settings.tokenizer, distinct_characters)
    parameters = parameter_count(settings.model, vocabulary) if vocabulary else None
    if parameters is None or vocabulary is None:
        return f"parameters: known when the text is read{time}"
    memory = size(memory_of(settings, parameters, vocabulary))
    return f"about {count(parameters)} parameters, {memory} of memory{time}"


def vocabulary_size(tokenizer: str, distinct_characters: int | None) -> int | None:
    """Return about the size of the vocabulary, as far as it is known before the text is read."""
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
