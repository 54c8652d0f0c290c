"""Byte-level BPE in GGUF, as llama.cpp reads it: tokens, merges, and the name of a built-in pre-token pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.errors import LilmError, MisuseError
from engine.inference.chat import END_OF_TURN, is_chat
from engine.inference.chat_template import chat_template
from engine.tokenizers.bpe.hugging_face import from_hugging_face
from engine.tokenizers.bpe.hugging_face_files import as_bpe
from engine.tokenizers.bpe.patterns import PATTERNS
from engine.tokenizers.interface import END_OF_TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.tokenizers.bpe.tokenizer import BpeTokenizer
    from engine.tokenizers.interface import Tokenizer

PRE_TOKENIZERS = {"gpt2": "gpt-2", "cl100k": "llama-bpe", "o200k": "gpt-4o", "qwen2": "qwen2"}
"""llama.cpp's names of our patterns."""
NORMAL, CONTROL, UNUSED = 1, 3, 5
"""Types of tokens; text never encodes to the latter two."""
NO_MERGE = "! !"
"""A merge to no token, which llama.cpp undoes: it needs an array of merges, and the library writes no empty one."""
_KEY = "tokenizer.ggml."


def describe_tokenizer(tokenizer: Tokenizer, vocabulary_size: int) -> tuple[dict[str, Any], list[str]]:
    """Return the metadata of a tokenizer, and notes on texts to which llama.cpp gives other ids.

    `vocabulary_size` is the model's. Raises MisuseError for a tokenizer that llama.cpp does not have.
    """
    bpe = as_bpe(tokenizer)
    if bpe is None:
        raise MisuseError(
            f"llama.cpp has no {tokenizer.kind} tokenizer: only models with BPE and bytes fit into a GGUF file"
        )
    if bpe.pattern not in PRE_TOKENIZERS:
        raise MisuseError(
            "llama.cpp does not have the pattern by which this tokenizer splits text; export a folder instead"
        )
    notes = []
    if bpe.normalization:
        notes.append(f"llama.cpp does not bring text into the form {bpe.normalization} before it encodes it")
    if bpe.pattern == "o200k":
        notes.append("llama.cpp splits text beyond ASCII by an approximation of the pattern o200k")
    model = bpe.to_hugging_face()["model"]
    names = [f"[UNUSED{token}]" for token in range(vocabulary_size)]
    types = [UNUSED] * vocabulary_size
    for name, token in model["vocab"].items():
        names[token], types[token] = name, CONTROL if name in bpe.special_tokens else NORMAL
    described: dict[str, Any] = {
        "model": "gpt2",
        "pre": PRE_TOKENIZERS[bpe.pattern],
        "tokens": names,
        "token_type": types,
        "merges": [" ".join(merge) for merge in model["merges"]] or [NO_MERGE],
        # A text begins behind an end-of-text token here.
        "add_bos_token": True,
        "bos_token_id": tokenizer.end_of_text,
        "eos_token_id": tokenizer.end_of_text,
    }
    metadata = {_KEY + name: value for name, value in described.items()}
    if is_chat(tokenizer):
        metadata |= {
            f"{_KEY}eos_token_id": tokenizer.special_tokens[END_OF_TURN],
            f"{_KEY}eot_token_id": tokenizer.special_tokens[END_OF_TURN],
            "tokenizer.chat_template": chat_template(tokenizer),
        }
    return metadata, notes


def read_tokenizer(metadata: Mapping[str, Any], path: Path) -> BpeTokenizer:
    """Return the tokenizer that metadata describe; a file without END_OF_TEXT ends texts by its own end token.

    `path` is named in errors. Raises LilmError for anything but byte-level BPE with one of our patterns.
    """

    def value(name: str, kind: type) -> Any:
        found = metadata.get(_KEY + name)
        if not isinstance(found, kind):
            raise LilmError(f"{path} cannot be used: it has no {_KEY}{name}")
        return found

    patterns = {theirs: ours for ours, theirs in PRE_TOKENIZERS.items()}
    if value("model", str) != "gpt2" or value("pre", str) not in patterns:
        raise LilmError(
            f"{path} cannot be used: its tokenizer is {metadata.get(_KEY + 'model')!r} with the pattern "
            f"{metadata.get(_KEY + 'pre')!r}, and LiLM has gpt2 with {', '.join(patterns)}"
        )
    names, types = value("tokens", list), value("token_type", list)
    vocabulary = {name: token for token, name in enumerate(names) if types[token : token + 1] == [NORMAL]}
    special = {
        name: token
        for token, name in enumerate(names)
        if types[token : token + 1] not in ([NORMAL], [UNUSED])
    }
    special.setdefault(END_OF_TEXT, value("eos_token_id", int))
    return from_hugging_face(
        {
            "model": {
                "vocab": vocabulary,
                "merges": [merge for merge in value("merges", list) if merge != NO_MERGE],
            },
            "added_tokens": [{"id": token, "content": name} for name, token in special.items()],
            "pre_tokenizer": {
                "type": "Sequence",
                "pretokenizers": [
                    {
                        "type": "Split",
                        "pattern": {"Regex": PATTERNS[patterns[value("pre", str)]]},
                        "behavior": "Isolated",
                        "invert": False,
                    },
                    {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False},
                ],
            },
        },
        path,
    )
