"""What the app and the sampler say to each other: one JSON object a line, on the sampler's pipes.

Every answer carries the `id` of its request. Requests are answered in order, but a cancel is obeyed at once.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from engine.sampling.config import SamplingConfig

StopReason = Literal["length", "stop", "end_of_text", "cancelled", "dead_end"]
"""`dead_end`: the model knows nothing that could follow (raw n-gram counts)."""


MOST_TOKENS = 10**9
MOST_ALTERNATIVES = 10_000


class Message(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Load(Struct, frozen=True, kw_only=True, tag_field="do", tag="load"):
    """Holds this run's checkpoint from now on. Asking for what is held already costs nothing."""

    id: int
    run: str
    step: int | Literal["newest", "best"] | None = None
    """None: the best where the held-out loss has risen since, else the newest."""


class Generate(Struct, frozen=True, kw_only=True, tag_field="do", tag="generate"):
    """Completes `prompt`, or answers `messages` where the model was trained to chat."""

    id: int
    prompt: str = ""
    messages: tuple[Message, ...] = ()
    tokens: Annotated[int, Meta(ge=0, le=MOST_TOKENS)] = 200
    sampling: SamplingConfig = SamplingConfig()
    alternatives: Annotated[int, Meta(ge=0, le=MOST_ALTERNATIVES)] = 10
    """Number of top tokens that come with each token; 0: none."""


class Inspect(Struct, frozen=True, kw_only=True, tag_field="do", tag="inspect"):
    """The distribution after a text, without generating."""

    id: int
    prompt: str = ""
    messages: tuple[Message, ...] = ()
    alternatives: Annotated[int, Meta(ge=0, le=MOST_ALTERNATIVES)] = 10


class Cancel(Struct, frozen=True, kw_only=True, tag_field="do", tag="cancel"):
    """Ends the request with this id."""

    id: int


Request = Load | Generate | Inspect | Cancel


class Alternative(Struct, frozen=True, kw_only=True):
    """A token that could have come here."""

    id: int
    text: str
    log_probability: float
    """At temperature 1, before any truncation; natural log."""


class Ready(Struct, frozen=True, kw_only=True, tag_field="event", tag="ready"):
    """The first line of all: the sampler has started."""

    id: int = 0


class Loaded(Struct, frozen=True, kw_only=True, tag_field="event", tag="loaded"):
    id: int
    run: str
    step: int
    family: str
    parameters: int
    vocabulary_size: int
    context_length: int | None
    chat: bool
    """Whether it was trained on conversations: chat models chat, base models complete."""
    device: str
    notice: str = ""
    """What people should know, such as that a newer checkpoint is damaged."""


class Token(Struct, frozen=True, kw_only=True, tag_field="event", tag="token"):
    """One generated token. `text` may be empty while a character is incomplete."""

    id: int
    token: int
    text: str
    log_probability: float
    """Of this token, at temperature 1, before any truncation."""
    alternatives: tuple[Alternative, ...] = ()


class Inspected(Struct, frozen=True, kw_only=True, tag_field="event", tag="inspected"):
    id: int
    tokens: tuple[tuple[int, str], ...]
    """Id and text of each token of the prompt."""
    alternatives: tuple[Alternative, ...]
    entropy: float
    """Of the whole distribution at temperature 1, in nats."""


class Done(Struct, frozen=True, kw_only=True, tag_field="event", tag="done"):
    id: int
    reason: StopReason
    text: str = ""
    """What was held back until now, as half a stop string is; it follows the last token's text."""
    tokens: int
    tokens_per_second: float
    notice: str = ""
    """What people should know, such as that only the end of a long prompt was used."""


class Error(Struct, frozen=True, kw_only=True, tag_field="event", tag="error"):
    """The request could not be answered; the sampler goes on."""

    id: int
    message: str


Answer = Ready | Loaded | Token | Inspected | Done | Error
