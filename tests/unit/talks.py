"""Conversations, tokenizers and a corpus of conversations for tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from engine.corpora.documents import Message
from engine.inference.chat import CHAT_TOKENS
from engine.tokenizers import build_tokenizer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.tokenizers import Tokenizer

TEXT = "hello there, my name is ada. tell me a story! once upon a time there was a mouse called pip. the end."
NAMES = ("ada", "bo", "cleo", "dora", "emil", "fay", "gus", "hal", "ida", "jan")


def chat_tokenizer(specification: str = "byte") -> Tokenizer:
    return build_tokenizer(specification, lambda: [TEXT]).with_special_tokens(CHAT_TOKENS)


def talk(*turns: str) -> list[Message]:
    """Turns as `role: words`; `u`, `a` and `s` stand for the roles."""
    roles = {"u": "user", "a": "assistant", "s": "system"}
    return [
        Message(roles.get(role, role), words.lstrip(" "))
        for role, _, words in (t.partition(":") for t in turns)
    ]


def shown(tokenizer: Tokenizer, ids: Sequence[int]) -> str:
    return "".join(map(tokenizer.token_text, map(int, ids)))


def write_talks(path: Path, talks: Sequence[Sequence[Message]]) -> Path:
    lines = [
        json.dumps({"messages": [{"role": it.role, "content": it.content} for it in messages]})
        for messages in talks
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def name_talks(count: int) -> list[list[Message]]:
    """Little talks of different lengths, no two alike."""
    return [
        talk(
            f"u: i am {NAMES[i % 10]} {i}", f"a: hello {NAMES[i % 10]}", *["u: and?", "a: the end."] * (i % 3)
        )
        for i in range(count)
    ]
