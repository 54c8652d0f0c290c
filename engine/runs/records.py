"""What stands in a run's files: one typed record for each kind of line."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct


class Step(Struct, frozen=True, kw_only=True, tag_field="event", tag="step"):
    """A line of metrics.jsonl. For n-grams a step is one more share of the text counted."""

    step: int
    tokens: int
    """Trained on so far, repetitions included."""
    seconds: float
    """Of training, pauses and time between processes left out."""
    train_loss: float | None
    """Nats per token, the mean since the line before; None where it is infinite."""
    fraction: float
    """Of the budget, 0 to 1."""
    tokens_per_second: float
    learning_rate: float | None = None
    gradient_norm: float | None = None
    epoch: float | None = None
    """How often the training text has been seen."""
    memory_bytes: int | None = None
    restarts: int = 0
    """Times that the run had been resumed; lines of later steps with a smaller number were superseded."""


class Event(Struct, frozen=True, kw_only=True, tag_field="event"):
    """A line of events.jsonl."""

    time: float
    """Seconds since 1970."""


class Preparing(Event, frozen=True, kw_only=True, tag="preparing"):
    """Work before the first step. With `total` 0 nobody knows how long it takes."""

    stage: str
    done: int = 0
    total: int = 0
    bytes_per_second: float | None = None
    """Of text, where that is what is gone through."""
    seconds_left: float | None = None
    """Of this stage, at its speed so far."""


class Estimate(Event, frozen=True, kw_only=True, tag="estimate"):
    """What a run will take, measured by a few steps of it and counted before the first one that stays."""

    parameters: int
    weights_bytes: int
    gradients_bytes: int
    optimizer_bytes: int
    """The optimisers' state, and the averaged weights where there are any."""
    activations_bytes: int
    """What the backward pass needs of the forward pass, for one micro-batch."""
    memory_bytes: int
    """The most that one process will hold, the interpreter and its libraries included."""
    micro_batch_size: int
    tokens_per_second: float
    steps: int
    seconds: float
    """Of the whole run, evaluations and samples included."""
    epochs: float
    """How often the training text will be seen."""


class NgramEstimate(Event, frozen=True, kw_only=True, tag="ngram_estimate"):
    """How large an n-gram model of the whole training text will be, reckoned from its beginning."""

    entries: list[int]
    """n-grams of orders 1, 2, …"""
    memory_bytes: int


class Started(Event, frozen=True, kw_only=True, tag="started"):
    """The first step comes next."""

    device: str
    precision: str
    parameters: int
    vocabulary_size: int
    train_tokens: int
    validation_tokens: int
    step: int = 0
    processes: int = 1


class Evaluated(Event, frozen=True, kw_only=True, tag="evaluated"):
    """Held-out text was scored: the same sample at every evaluation, the whole of it at the end."""

    step: int
    tokens: int
    seconds: float
    val_loss: float | None
    """Nats per token; None where it is infinite."""
    val_bpb: float | None
    """Bits per byte of held-out text; None where it is infinite."""
    best: bool = False
    """The lowest loss so far on what is scored at every evaluation."""
    impossible: int = 0
    """Held-out tokens to which the model gave no probability at all: with any, the loss is infinite."""
    side_bpb: float = 0.0
    """The part of `val_bpb` that is not the model's: unknown tokens spelled, lost case and spacing."""
    lossless: bool | None = None
    """Whether the tokenizer can restore the held-out text; None in records of older versions."""
    tokens_scored: int | None = None
    """None in records of older versions."""
    whole: bool = True
    """Whether that is all of the held-out text."""


class Checkpoint(Event, frozen=True, kw_only=True, tag="checkpoint"):
    step: int


class Sample(Event, frozen=True, kw_only=True, tag="sample"):
    """A line of samples.jsonl, and of events.jsonl without its text."""

    step: int
    prompt: str
    completion: str = ""
    seed: int = 0


class Paused(Event, frozen=True, kw_only=True, tag="paused"):
    step: int
    reason: str = ""
    """Why it waits when nobody asked for it: there is no room on the disk, and it goes on when there is."""


class Continued(Event, frozen=True, kw_only=True, tag="continued"):
    step: int


class Resumed(Event, frozen=True, kw_only=True, tag="resumed"):
    """A new process took the run up from a checkpoint. Earlier lines of greater steps are superseded."""

    step: int
    restarts: int = 0
    """As in the metrics from here on; 0 in runs of older versions, whose metrics do not have it."""


class LearningRateChanged(Event, frozen=True, kw_only=True, tag="learning_rate_changed"):
    """From here on the scheduled rates are multiplied by `scale`."""

    step: int
    scale: float


class Notice(Event, frozen=True, kw_only=True, tag="notice"):
    """Something people should know, that stops nothing."""

    message: str
    step: int | None = None


class NotFinite(Event, frozen=True, kw_only=True, tag="nan"):
    """The loss or the gradient is NaN or infinite."""

    step: int
    """The step that went bad; its batch is a function of the seed and this number."""
    autopsy: dict[str, float | None]
    """Norms by layer; None where they are not finite themselves."""
    batch: str = ""
    """The first digits of the sha256 of the batch's ids."""


class Finished(Event, frozen=True, kw_only=True, tag="finished"):
    run: str
    step: int
    val_loss: float | None
    """Of the last evaluation; None without any, and where it is infinite."""
    val_bpb: float | None
    seconds: float
    tokens_per_second: float
    impossible: int = 0
    lossless: bool | None = None


class Stopped(Event, frozen=True, kw_only=True, tag="stopped"):
    """Somebody asked for it; `lilm train --resume` goes on from here."""

    run: str
    step: int


class Failed(Event, frozen=True, kw_only=True, tag="failed"):
    reason: str
    """One sentence that says what to do."""
    misuse: bool = False
    """The settings or the text were wrong: nothing was trained."""


AnyEvent = (
    Preparing
    | Estimate
    | NgramEstimate
    | Started
    | Evaluated
    | Checkpoint
    | Sample
    | Paused
    | Continued
    | Resumed
    | LearningRateChanged
    | Notice
    | NotFinite
    | Finished
    | Stopped
    | Failed
)


class Worker(Struct, frozen=True, kw_only=True):
    """worker.json: the process that trains, for people; the lock decides who does (`engine/runs/lock.py`).

    The file's modification time is the heartbeat for other machines.
    """

    pid: Annotated[int, Meta(ge=1, lt=2**31)]
    process_start: float
    """As the system gives it, so that a pid used again is not taken for the trainer where there are no locks."""
    host: str
    heartbeat_seconds: float = 2.0


State = Literal[
    "preparing", "training", "paused", "hung", "finished", "stopped", "failed", "died", "silent", "unreadable"
]
"""`hung`: its process lives and gives no heartbeat. `died`: its process ended without a last event. `silent`: on
another host, and its heartbeat is old. `unreadable`: its journals cannot be opened, so nothing is known."""
