"""A conversation as token ids. Roles are special tokens, so nothing a user writes can become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.inference.protocol import Message
    from engine.tokenizers.interface import Tokenizer

ROLE_TOKENS = {"system": "<|system|>", "user": "<|user|>", "assistant": "<|assistant|>"}
END_OF_TURN = "<|end|>"


def is_chat(tokenizer: Tokenizer) -> bool:
    """Whether a model of this tokenizer was trained on conversations; otherwise it completes text."""
    return {*ROLE_TOKENS.values(), END_OF_TURN} <= set(tokenizer.special_tokens)


def end_ids(tokenizer: Tokenizer) -> tuple[int, ...]:
    """The ids, beside end-of-text, that end an answer."""
    return (tokenizer.special_tokens[END_OF_TURN],) if is_chat(tokenizer) else ()


def render_prompt(messages: Sequence[Message], tokenizer: Tokenizer) -> list[int]:
    """The ids of a conversation up to where the assistant's next answer begins.

    A base model knows no roles: it goes on with the text that the messages make when put together.
    """
    if not is_chat(tokenizer):
        return tokenizer.encode("".join(message.content for message in messages))
    special = tokenizer.special_tokens
    ids: list[int] = []
    for message in messages:
        ids.append(special[ROLE_TOKENS[message.role]])
        ids.extend(tokenizer.encode(message.content))
        ids.append(special[END_OF_TURN])
    return [*ids, special[ROLE_TOKENS["assistant"]]]
