"""Settings of a new run, composed once for the command line, the new-run form and the Python API.

Later layers win: defaults, the base run's model and tokenizer, defaults of chat training where the run learns from
conversations, a preset, a size, and what the user chose. What is left to `auto` and follows from settings and corpus
alone is decided here, so that run.toml holds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from engine.config.loading import merge, settings_from
from engine.config.presets import base_table, chat_table, default_table, masked_table, preset
from engine.config.sizes import size_table
from engine.errors import MisuseError
from engine.models.registry import DEFAULT, FAMILIES, family_of, is_masked

if TYPE_CHECKING:
    from engine.config.loading import Table
    from engine.config.settings import RunSettings

Objective = Literal["text", "chat", "masked"]


def resolve_settings(
    chosen: Table,
    *,
    preset_name: str | None = None,
    size: str | None = None,
    base: RunSettings | None = None,
) -> RunSettings:
    """Compose and check the settings of a new run. `chosen` holds nested tables, as in run.toml.

    Raises MisuseError that names the key which is wrong, for unknown presets and sizes, and for a corpus that cannot
    be read.
    """
    usual = merge(default_table(), base_table(base) if base else {})
    asked = (
        preset(preset_name) if preset_name else {},
        size_table(size) if size else {},
        chosen,
    )
    if _asks_for_masks(merge(usual, *asked)):
        usual = merge(usual, {"model": {"causal": False}})
    settings = settings_from(merge(usual, *asked))
    objective = decide_objective(settings)
    if objective != "text":
        defaults = chat_table(base) if objective == "chat" else masked_table()
        settings = settings_from(merge(usual, defaults, *asked))
    return msgspec.structs.replace(
        settings, training=msgspec.structs.replace(settings.training, objective=objective)
    )


def decide_objective(settings: RunSettings) -> Objective:
    """Return what `training.objective` comes to.

    `auto` is masked for a model that is, chat for a family that can, a base and conversations.

    Raises MisuseError when chat is asked of a model that cannot, or the corpus cannot be read.
    """
    can_chat = family_of(settings.model).can_chat
    match settings.training.objective:
        case "text" | "masked" as objective:
            return objective
        case "auto" if is_masked(settings.model):
            return "masked"
        case "chat" if not can_chat:
            able = " or ".join(family.name for family in FAMILIES.values() if family.can_chat)
            raise MisuseError(f"training.objective chat needs --model {able}; or use the objective text")
        case "chat":
            return "chat"
        case "auto":
            return (
                "chat"
                if settings.base is not None and can_chat and _holds_conversations(settings)
                else "text"
            )


def _asks_for_masks(table: Table) -> bool:
    """True for the objective masked and a family that can; another one is refused with the settings."""
    match table:
        case {"training": {"objective": "masked"}, "model": {"family": str(name)}}:
            return name in FAMILIES and FAMILIES[name].can_fill
        case {"training": {"objective": "masked"}}:
            return DEFAULT.can_fill
        case _:
            return False


def _holds_conversations(settings: RunSettings) -> bool:
    from engine.corpora.preview import begins_with_conversation

    corpus = settings.corpus
    return begins_with_conversation(
        corpus.sources, include=corpus.include, exclude=corpus.exclude, column=corpus.column
    )
