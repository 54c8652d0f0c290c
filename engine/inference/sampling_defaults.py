"""Default sampling of a kind of model, saved in each checkpoint's generation_config.json.

A small story model is more consistent with names below a temperature of 0.8, and a model that answers questions needs
little variety (`tests/benchmarks/models/story_quality.py` and `chat.py`). min-p (Nguyen et al. 2024) drops the many
tokens of little probability, from which invented words are made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from engine.errors import UnreadableError
from engine.files.reading import decode_json, read_bytes
from engine.files.storage import indented_json
from engine.inference.chat import END_OF_TURN, is_chat
from engine.sampling.config import SamplingConfig

if TYPE_CHECKING:
    from pathlib import Path

    from engine.tokenizers.interface import Tokenizer

GENERATION_CONFIG = "generation_config.json"
TEXT_TEMPERATURE = 0.5
CHAT_TEMPERATURE = 0.3
MIN_P = 0.1


class _GenerationConfig(msgspec.Struct, frozen=True):
    """The part of generation_config.json that LiLM reads."""

    temperature: float | None = None
    min_p: float | None = None


def generation_config(tokenizer: Tokenizer) -> bytes:
    """Return generation_config.json for transformers: begin and end of text, and the default sampling."""
    chat = is_chat(tokenizer)
    described = {
        "bos_token_id": tokenizer.end_of_text,
        "eos_token_id": [tokenizer.special_tokens[END_OF_TURN], tokenizer.end_of_text]
        if chat
        else tokenizer.end_of_text,
        "do_sample": True,
        "temperature": CHAT_TEMPERATURE if chat else TEXT_TEMPERATURE,
        "min_p": MIN_P,
    }
    return indented_json(described)


def default_sampling(checkpoint: Path) -> SamplingConfig:
    """Return the checkpoint's default sampling; the usual one where it has none or an invalid one."""
    try:
        found = decode_json(read_bytes(checkpoint / GENERATION_CONFIG), _GenerationConfig)
        named = {name: value for name, value in msgspec.structs.asdict(found).items() if value is not None}
        return msgspec.convert(named, SamplingConfig)
    except (UnreadableError, msgspec.ValidationError):
        return SamplingConfig()
