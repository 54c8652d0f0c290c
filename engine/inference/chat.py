"""A conversation as token ids: the one rendering that models learn from, talk with and are exported with.

    <|endoftext|><|user|>Hello!<|end|><|assistant|>Hi!<|end|><|user|>How are you?<|end|><|assistant|>

Each turn is a token for who speaks, the words as they are, and a token that ends it. These tokens are special: no
words make them, so what a user writes can never become a turn of somebody else's.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Protocol, TypeVar

from engine.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.tokenizers.interface import Tokenizer

ROLE_TOKENS = {"system": "<|system|>", "user": "<|user|>", "assistant": "<|assistant|>"}
END_OF_TURN = "<|end|>"
CHAT_TOKENS = (*ROLE_TOKENS.values(), END_OF_TURN)

ANSWER_SHARE = 4
"""One part in so many of the context is kept free for the answer."""

LEFT_OUT = "the conversation is longer than the model can look back, so its oldest turns were left out"


class Turn(Protocol):
    """What somebody says; `role` is one of ROLE_TOKENS."""

    @property
    def role(self) -> str: ...

    @property
    def content(self) -> str: ...


AnyTurn = TypeVar("AnyTurn", bound=Turn)


@dataclass(frozen=True)
class Rendered:
    """A conversation in ids, from the end-of-text that every text begins behind."""

    ids: list[int]
    loss_mask: list[bool]
    """For each id: does the assistant say it? Its words and the end of its turn, not the token of its role."""


@dataclass(frozen=True)
class Prompt:
    """What a model reads before it answers; `Generation` puts the end-of-text before it."""

    ids: list[int]
    notice: str = ""
    """What people should know, such as that turns were left out."""


def is_chat(tokenizer: Tokenizer) -> bool:
    """Whether a model of this tokenizer was trained on conversations; otherwise it completes text."""
    return set(tokenizer.special_tokens).issuperset(CHAT_TOKENS)


def end_ids(tokenizer: Tokenizer) -> tuple[int, ...]:
    """The ids, beside end-of-text, that end an answer: its end, and the beginning of another's turn."""
    return tuple(tokenizer.special_tokens[name] for name in CHAT_TOKENS) if is_chat(tokenizer) else ()


def render(messages: Sequence[Turn], tokenizer: Tokenizer, *, for_answer: bool) -> Rendered:
    """Any messages in any order, as they are; `for_answer` lets the assistant begin a turn at the end.

    An assistant's turn without words is rendered, but there is nothing to learn from it. Raises MisuseError for
    a role that is none of ROLE_TOKENS.
    """
    special = tokenizer.special_tokens
    ids, loss_mask = [tokenizer.end_of_text], [False]
    for message in messages:
        if message.role not in ROLE_TOKENS:
            raise MisuseError(f"a message has the role {message.role!r}; use {', '.join(ROLE_TOKENS)}")
        words = tokenizer.encode(message.content)
        ids += [special[ROLE_TOKENS[message.role]], *words, special[END_OF_TURN]]
        is_answer = message.role == "assistant" and bool(words)
        loss_mask += [False, *[is_answer] * (len(words) + 1)]
    if for_answer:
        ids.append(special[ROLE_TOKENS["assistant"]])
        loss_mask.append(False)
    return Rendered(ids, loss_mask)


def render_prompt(
    messages: Sequence[Turn], tokenizer: Tokenizer, context_length: int | None = None
) -> Prompt:
    """What the model reads before the assistant's next answer.

    Of a conversation longer than the context whole exchanges are left out, the oldest first, until there is room
    for an answer; system messages at its beginning stay, and so does what was said last. A base model knows no
    roles: it goes on with the text that the messages make when put together.
    """
    if not is_chat(tokenizer):
        return Prompt(tokenizer.encode("".join(message.content for message in messages)))
    opening, exchanges = split_exchanges(messages)
    first = 0
    if context_length is not None:
        room = context_length - context_length // ANSWER_SHARE
        sizes = [rendered_size(turns, tokenizer) for turns in exchanges]
        needed = 2 + rendered_size(opening, tokenizer) + sum(sizes)  # with end-of-text and the answer's role
        while needed > room and first < len(exchanges) - 1:
            needed -= sizes[first]
            first += 1
    kept = [*opening, *chain.from_iterable(exchanges[first:])]
    # Generation puts the end-of-text before any prompt.
    return Prompt(render(kept, tokenizer, for_answer=True).ids[1:], LEFT_OUT if first else "")


def split_exchanges(messages: Sequence[AnyTurn]) -> tuple[list[AnyTurn], list[list[AnyTurn]]]:
    """The system messages at the beginning, and the rest in stretches that begin when the user begins to speak."""
    start = next((place for place, turn in enumerate(messages) if turn.role != "system"), len(messages))
    exchanges: list[list[AnyTurn]] = []
    for turn in messages[start:]:
        if not exchanges or (turn.role == "user" and exchanges[-1][-1].role != "user"):
            exchanges.append([])
        exchanges[-1].append(turn)
    return list(messages[:start]), exchanges


def rendered_size(messages: Sequence[Turn], tokenizer: Tokenizer) -> int:
    """Tokens of these turns, end-of-text not counted."""
    return len(render(messages, tokenizer, for_answer=False).ids) - 1
