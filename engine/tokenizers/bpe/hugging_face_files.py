"""Tokenizer files for transformers: `AutoTokenizer.from_pretrained(folder)`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from engine.tokenizers.bpe.patterns import DEFAULT_PATTERN
from engine.tokenizers.bpe.tokenizer import BpeTokenizer
from engine.tokenizers.byte import SINGLE_BYTES, ByteTokenizer
from engine.tokenizers.interface import END_OF_TEXT

if TYPE_CHECKING:
    from engine.tokenizers.interface import Tokenizer


def hugging_face_files(
    tokenizer: Tokenizer,
    context_length: int,
    *,
    end_of_turn: str | None = None,
    chat_template: str | None = None,
) -> dict[str, bytes]:
    """Return contents by file name: tokenizer.json and tokenizer_config.json.

    BPE of all kinds and bytes give the same ids there as here. Characters and words have no equivalent there,
    so they have no files. `end_of_turn` names the special token that ends an answer (None: END_OF_TEXT).
    """
    if isinstance(tokenizer, ByteTokenizer):
        # Byte-level BPE without merges; any pattern gives the same ids.
        tokenizer = BpeTokenizer(SINGLE_BYTES, DEFAULT_PATTERN, tokenizer.special_tokens)
    if not isinstance(tokenizer, BpeTokenizer):
        return {}
    described = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": context_length,
        "bos_token": END_OF_TEXT,
        "eos_token": end_of_turn or END_OF_TEXT,
        "pad_token": END_OF_TEXT,
        "clean_up_tokenization_spaces": False,
        **({"chat_template": chat_template} if chat_template else {}),
    }
    return {
        "tokenizer.json": _json(tokenizer.to_hugging_face()),
        "tokenizer_config.json": _json(described),
    }


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"
