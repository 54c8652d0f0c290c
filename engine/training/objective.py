"""What a run learns: text as it stands, or the assistant's part in conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.corpora.preview import begins_with_conversation
from engine.errors import MisuseError
from engine.models.registry import FAMILIES, family_of

if TYPE_CHECKING:
    from engine.config.settings import RunSettings


def learns_to_chat(settings: RunSettings) -> bool:
    """As training.objective says; left to itself, a GPT with a base and conversations learns to chat.

    Raises MisuseError when chat is asked of a model that cannot, or the corpus cannot be read.
    """
    can_chat = family_of(settings.model).can_chat
    match settings.training.objective:
        case "text":
            return False
        case "chat" if not can_chat:
            able = " or ".join(family.name for family in FAMILIES.values() if family.can_chat)
            raise MisuseError(f"training.objective chat needs --model {able}; or use the objective text")
        case "chat":
            return True
        case "auto":
            corpus = settings.corpus
            return (
                settings.base is not None
                and can_chat
                and begins_with_conversation(
                    corpus.sources, include=corpus.include, exclude=corpus.exclude, column=corpus.column
                )
            )
