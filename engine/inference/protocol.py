"""Messages between the app and the sampler: one JSON object a line, on the sampler's pipes.

Every response has the `id` of its request. Requests are processed in order, except a cancel, which takes effect at
once.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from engine.sampling.config import SamplingConfig

StopReason = Literal["length", "stop", "end_of_text", "cancelled", "dead_end"]
"""`dead_end`: no token can follow (raw n-gram counts)."""


MOST_TOKENS = 10**9
MOST_IDS = 2**31
MOST_ALTERNATIVES = 10_000


class Message(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Load(Struct, frozen=True, kw_only=True, tag_field="do", tag="load"):
    """Load this run's checkpoint. No cost if it is already loaded."""

    id: int
    run: str
    step: int | Literal["newest", "best"] | None = None
    """None: the best if the held-out loss has risen since, else the newest."""


class Generate(Struct, frozen=True, kw_only=True, tag_field="do", tag="generate"):
    """Complete `prompt`, or answer `messages` if the model was trained to chat."""

    id: int
    prompt: str = ""
    messages: tuple[Message, ...] = ()
    answer: tuple[Annotated[int, Meta(ge=0, lt=MOST_IDS)], ...] = ()
    """Ids that the generated text begins with; those after them are generated."""
    tokens: Annotated[int, Meta(ge=0, le=MOST_TOKENS)] = 200
    sampling: SamplingConfig = SamplingConfig()
    alternatives: Annotated[int, Meta(ge=0, le=MOST_ALTERNATIVES)] = 10
    """Number of top tokens reported with each token; 0: none."""


class Inspect(Struct, frozen=True, kw_only=True, tag_field="do", tag="inspect"):
    """Return the distribution after a text, without generating."""

    id: int
    prompt: str = ""
    messages: tuple[Message, ...] = ()
    alternatives: Annotated[int, Meta(ge=0, le=MOST_ALTERNATIVES)] = 10


class Score(Struct, frozen=True, kw_only=True, tag_field="do", tag="score"):
    """Return each token of a text as if it had been generated after the beginning of a document."""

    id: int
    text: str
    tokens: Annotated[int, Meta(ge=0, le=MOST_TOKENS)] = 1000
    """Most tokens, from the beginning of the text."""
    alternatives: Annotated[int, Meta(ge=0, le=MOST_ALTERNATIVES)] = 10


class Cancel(Struct, frozen=True, kw_only=True, tag_field="do", tag="cancel"):
    """End the request with this id."""

    id: int


Request = Load | Generate | Inspect | Score | Cancel


class Alternative(Struct, frozen=True, kw_only=True):
    """A possible token at this position."""

    id: int
    text: str
    log_probability: float
    """Log-probability at temperature 1, before any truncation; natural log."""


class Ready(Struct, frozen=True, kw_only=True, tag_field="event", tag="ready"):
    """The first line: the sampler has started."""

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
    """True when it was trained on conversations: chat models chat, base models complete."""
    device: str
    notice: str = ""
    """Notes for the user, such as a damaged newer checkpoint."""


class Waiting(Struct, frozen=True, kw_only=True, tag_field="event", tag="waiting"):
    """Loading takes some seconds more than usual."""

    id: int
    work: str
    """Work that takes them."""


class Token(Struct, frozen=True, kw_only=True, tag_field="event", tag="token"):
    """One generated or scored token. `text` may be empty while a character is incomplete."""

    id: int
    token: int
    text: str
    log_probability: float
    """Log-probability of this token at temperature 1, before any truncation."""
    alternatives: tuple[Alternative, ...] = ()
    rank: int | None = None
    """1 for the most likely token; None where the model does not tell."""
    entropy: float | None = None
    """Entropy of the whole distribution at temperature 1, in nats; None where the model does not tell."""


class Inspected(Struct, frozen=True, kw_only=True, tag_field="event", tag="inspected"):
    id: int
    tokens: tuple[tuple[int, str], ...]
    """Id and text of each token of the prompt."""
    alternatives: tuple[Alternative, ...]
    entropy: float
    """Entropy of the whole distribution at temperature 1, in nats."""


class Done(Struct, frozen=True, kw_only=True, tag_field="event", tag="done"):
    id: int
    reason: StopReason
    text: str = ""
    """Text held back until now, such as a partial stop string; it follows the last token's text."""
    tokens: int
    tokens_per_second: float
    notice: str = ""
    """Notes for the user, such as a prompt of which only the end was used."""


class Error(Struct, frozen=True, kw_only=True, tag_field="event", tag="error"):
    """The request failed; the sampler continues."""

    id: int
    message: str


Answer = Ready | Waiting | Loaded | Token | Inspected | Done | Error
