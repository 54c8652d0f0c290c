"""Tokenizer files for transformers: `AutoTokenizer.from_pretrained(folder)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.files.storage import indented_json
from engine.tokenizers.bpe.patterns import DEFAULT_PATTERN
from engine.tokenizers.bpe.tokenizer import BpeTokenizer
from engine.tokenizers.byte import SINGLE_BYTES, ByteTokenizer
from engine.tokenizers.interface import END_OF_TEXT, MASK

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
    bpe = as_bpe(tokenizer)
    if bpe is None:
        return {}
    described = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": context_length,
        "bos_token": END_OF_TEXT,
        "eos_token": end_of_turn or END_OF_TEXT,
        "pad_token": END_OF_TEXT,
        **({"mask_token": MASK} if MASK in tokenizer.special_tokens else {}),
        "clean_up_tokenization_spaces": False,
        **({"chat_template": chat_template} if chat_template else {}),
    }
    return {
        "tokenizer.json": _json(bpe.to_hugging_face()),
        "tokenizer_config.json": _json(described),
    }


def as_bpe(tokenizer: Tokenizer) -> BpeTokenizer | None:
    """Return the BPE with the same ids: any BPE itself, and for bytes one without merges; None for other kinds."""
    if isinstance(tokenizer, ByteTokenizer):
        # Without merges any pattern gives the same ids.
        return BpeTokenizer(SINGLE_BYTES, DEFAULT_PATTERN, tokenizer.special_tokens)
    return tokenizer if isinstance(tokenizer, BpeTokenizer) else None


def _json(content: object) -> bytes:
    return indented_json(content, indent=1)
