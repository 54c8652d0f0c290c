"""Default temperature of a kind of model, saved in each checkpoint's generation_config.json.

A small story model is more consistent with names below 0.8, and a model that answers questions needs little variety
(`tests/benchmarks/story_quality.py` and `chat.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from engine.errors import UnreadableError
from engine.files.reading import decode_json, read_bytes
from engine.inference.chat import END_OF_TURN, is_chat
from engine.sampling.config import SamplingConfig

if TYPE_CHECKING:
    from pathlib import Path

    from engine.tokenizers.interface import Tokenizer

GENERATION_CONFIG = "generation_config.json"
TEXT_TEMPERATURE = 0.5
CHAT_TEMPERATURE = 0.3


class _GenerationConfig(msgspec.Struct, frozen=True):
    """The part of generation_config.json that LiLM reads."""

    temperature: float = SamplingConfig().temperature


def generation_config(tokenizer: Tokenizer) -> bytes:
    """Return generation_config.json for transformers: begin and end of text, and the default temperature."""
    chat = is_chat(tokenizer)
    described = {
        "bos_token_id": tokenizer.end_of_text,
        "eos_token_id": [tokenizer.special_tokens[END_OF_TURN], tokenizer.end_of_text]
        if chat
        else tokenizer.end_of_text,
        "do_sample": True,
        "temperature": CHAT_TEMPERATURE if chat else TEXT_TEMPERATURE,
    }
    return msgspec.json.format(msgspec.json.encode(described), indent=2) + b"\n"


def default_temperature(checkpoint: Path) -> float:
    """Return the checkpoint's temperature; the default where it has none or an invalid one."""
    usual = SamplingConfig().temperature
    try:
        found = decode_json(read_bytes(checkpoint / GENERATION_CONFIG), _GenerationConfig).temperature
        return msgspec.convert({"temperature": found}, SamplingConfig).temperature
    except (UnreadableError, msgspec.ValidationError):
        return usual
