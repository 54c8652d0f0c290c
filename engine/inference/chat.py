"""A conversation as token ids: the one rendering used for training, chat and export.

    <|endoftext|><|user|>Hello!<|end|><|assistant|>Hi!<|end|><|user|>How are you?<|end|><|assistant|>

Each turn is a token for its role, the unchanged text, and a token that ends it. These tokens are special: no text
encodes to them, so a user's text can never become another role's turn.
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

ANSWER_DIVISOR = 4
"""The context's length over this is kept free for the answer."""

LEFT_OUT = "the conversation is longer than the model's context, so its oldest turns were left out"


class Turn(Protocol):
    """One message; `role` is one of ROLE_TOKENS."""

    @property
    def role(self) -> str: ...

    @property
    def content(self) -> str: ...


AnyTurn = TypeVar("AnyTurn", bound=Turn)


@dataclass(frozen=True)
class Rendered:
    """Ids of a conversation, beginning with the end-of-text that opens every text."""

    ids: list[int]
    loss_mask: list[bool]
    """Mask of the assistant's ids: its text and the end of its turn, without the token of its role."""


@dataclass(frozen=True)
class Prompt:
    """Ids that a model reads before it answers; `Generation` puts the end-of-text before them."""

    ids: list[int]
    notice: str = ""
    """Note for the user, such as turns that were left out."""


def is_chat(tokenizer: Tokenizer) -> bool:
    """True when a model of this tokenizer was trained on conversations; other models complete text."""
    return set(tokenizer.special_tokens).issuperset(CHAT_TOKENS)


def end_ids(tokenizer: Tokenizer) -> tuple[int, ...]:
    """Return the ids that end an answer besides end-of-text: the end of a turn, and the roles of next turns."""
    return tuple(tokenizer.special_tokens[name] for name in CHAT_TOKENS) if is_chat(tokenizer) else ()


def render(messages: Sequence[Turn], tokenizer: Tokenizer, *, for_answer: bool) -> Rendered:
    """Render any messages in any order; `for_answer` begins a turn of the assistant at the end.

    An empty turn of the assistant is rendered, but has no targets. Raises MisuseError for
    a role that is not in ROLE_TOKENS.
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
    """Return the prompt for the assistant's next answer.

    Of a conversation longer than the context whole exchanges are left out, the oldest first, until there is room
    for an answer; system messages at its beginning and the last exchange stay. A base model has no
    roles: it continues the concatenated text of the messages.
    """
    if not is_chat(tokenizer):
        return Prompt(tokenizer.encode("".join(message.content for message in messages)))
    opening, exchanges = split_exchanges(messages)
    first = 0
    if context_length is not None:
        room = context_length - context_length // ANSWER_DIVISOR
        sizes = [rendered_size(turns, tokenizer) for turns in exchanges]
        needed = 2 + rendered_size(opening, tokenizer) + sum(sizes)  # with end-of-text and the answer's role
        while needed > room and first < len(exchanges) - 1:
            needed -= sizes[first]
            first += 1
    kept = [*opening, *chain.from_iterable(exchanges[first:])]
    # Generation puts the end-of-text before any prompt.
    return Prompt(render(kept, tokenizer, for_answer=True).ids[1:], LEFT_OUT if first else "")


def split_exchanges(messages: Sequence[AnyTurn]) -> tuple[list[AnyTurn], list[list[AnyTurn]]]:
    """Return the system messages at the beginning, and the rest as exchanges that begin with a user's turn."""
    start = next((index for index, turn in enumerate(messages) if turn.role != "system"), len(messages))
    exchanges: list[list[AnyTurn]] = []
    for turn in messages[start:]:
        if not exchanges or (turn.role == "user" and exchanges[-1][-1].role != "user"):
            exchanges.append([])
        exchanges[-1].append(turn)
    return list(messages[:start]), exchanges


def rendered_size(messages: Sequence[Turn], tokenizer: Tokenizer) -> int:
    """Return the number of tokens of these turns, without end-of-text."""
    return len(render(messages, tokenizer, for_answer=False).ids) - 1
