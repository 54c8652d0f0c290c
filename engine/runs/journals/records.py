"""Records in a run's files: one type for each kind of line."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct

from engine import formatting
from engine.runs.journals.metrics import DeviceValues, metric, metrics_of


class Step(Struct, frozen=True, kw_only=True, tag_field="event", tag="step"):
    """A line of metrics.jsonl. For n-grams a step is one more part of the text counted."""

    step: int
    tokens: int
    """Tokens trained on so far, including repetitions."""
    seconds: float
    """Seconds of training, without pauses and the time between processes."""
    train_loss: Annotated[float | None, metric("loss", brief="loss")]
    """Training loss in nats per token, the mean since the previous line; None where it is infinite."""
    fraction: float
    """Fraction of the budget used, 0 to 1."""
    tokens_per_second: Annotated[float, metric("", formatting.rate, brief="")]
    learning_rate: Annotated[float | None, metric("learning rate")] = None
    gradient_norm: Annotated[float | None, metric("gradient norm")] = None
    epoch: Annotated[float | None, metric("epoch")] = None
    """Number of passes over the training text."""
    memory_bytes: Annotated[int | None, metric("memory", formatting.size)] = None
    gpu_utilization: Annotated[
        DeviceValues, metric("GPU utilization", "{:.0f}%".format, brief="GPU", device="GPU")
    ] = UNSET
    """Percent of the time, for each NVIDIA GPU of the run on the first machine."""
    gpu_memory_bytes: Annotated[
        DeviceValues, metric("GPU memory", formatting.size, brief="", device="GPU", combine=sum)
    ] = UNSET
    """Memory in use by all processes on each GPU."""
    gpu_temperature: Annotated[
        DeviceValues, metric("GPU temperature", "{:.0f} °C".format, brief="", device="GPU", combine=max)
    ] = UNSET
    gpu_power: Annotated[
        DeviceValues, metric("GPU power", "{:.0f} W".format, brief="", device="GPU", combine=sum)
    ] = UNSET
    restarts: int = 0
    """Number of times that the run was resumed; lines of later steps with a smaller number are superseded."""


METRICS = metrics_of(Step)
"""Metrics of a training step, by name."""


class Event(Struct, frozen=True, kw_only=True, tag_field="event"):
    """A line of events.jsonl."""

    time: float
    """Seconds since 1970."""


class Preparing(Event, frozen=True, kw_only=True, tag="preparing"):
    """Work before the first step. With `total` 0 its length is unknown."""

    stage: str
    done: int = 0
    total: int = 0
    bytes_per_second: float | None = None
    """Bytes of text, in stages that read text."""
    seconds_left: float | None = None
    """Seconds left of this stage, at its mean speed."""
    queued: bool = False
    """True while the run waits for others to end."""


class Estimate(Event, frozen=True, kw_only=True, tag="estimate"):
    """Estimate of a run's memory and time, measured in a few trial steps before training."""

    parameters: int
    weights_bytes: int
    gradients_bytes: int
    optimizer_bytes: int
    """State of the optimizers, and the averaged weights if there are any."""
    activations_bytes: int
    """Activations saved for the backward pass, for one micro-batch."""
    memory_bytes: int
    """Peak memory of one process, including the interpreter and its libraries."""
    micro_batch_size: int
    tokens_per_second: float
    steps: int
    seconds: float
    """Seconds of the whole run, including evaluations and samples."""
    epochs: float
    """Number of passes over the training text."""


class NgramEstimate(Event, frozen=True, kw_only=True, tag="ngram_estimate"):
    """Estimated size of an n-gram model of the whole training text, extrapolated from its beginning."""

    entries: list[int]
    """Number of n-grams of orders 1, 2, …"""
    memory_bytes: int


class Started(Event, frozen=True, kw_only=True, tag="started"):
    """Training starts: the first step is next."""

    device: str
    precision: str
    parameters: int
    vocabulary_size: int
    train_tokens: int
    validation_tokens: int
    step: int = 0
    processes: int = 1


class Evaluated(Event, frozen=True, kw_only=True, tag="evaluated"):
    """Evaluation on held-out text: the same sample each time, and more after the last step."""

    step: int
    tokens: int
    seconds: float
    val_loss: float | None
    """Held-out loss in nats per token; None where it is infinite."""
    val_bpb: float | None
    """Bits per byte of held-out text; None where it is infinite."""
    best: bool = False
    """True for the lowest loss so far on the text that is scored at every evaluation."""
    impossible: int = 0
    """Number of held-out tokens with probability 0: with any, the loss is infinite."""
    side_bpb: float = 0.0
    """The part of `val_bpb` not from the model: spelling of unknown tokens, lost case and spacing."""
    lossless: bool | None = None
    """True when the tokenizer can restore the held-out text; None in records of older versions."""
    pseudo_likelihood: bool = False
    """True for a masked model: each token is predicted from those on both sides."""
    tokens_scored: int | None = None
    """None in records of older versions."""
    whole: bool = True
    """True when that is all of the held-out text."""
    final: bool = False
    """True for the evaluation after the last step, of more text than the others."""


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
    """Reason of an automatic pause: the disk is full, and training continues when space is free."""


class Continued(Event, frozen=True, kw_only=True, tag="continued"):
    step: int


class Resumed(Event, frozen=True, kw_only=True, tag="resumed"):
    """A new process resumed the run from a checkpoint. Earlier lines of greater steps are superseded."""

    step: int
    restarts: int = 0
    """Value of `restarts` in the following metrics; 0 in runs of older versions, whose metrics do not have it."""


class LearningRateChanged(Event, frozen=True, kw_only=True, tag="learning_rate_changed"):
    """The scheduled rates are multiplied by `scale` from here on."""

    step: int
    scale: float


class BudgetExtended(Event, frozen=True, kw_only=True, tag="budget_extended"):
    """From here on the run's budget is `budget`, instead of that in its settings."""

    step: int
    budget: str


class Notice(Event, frozen=True, kw_only=True, tag="notice"):
    """Message for the user; training continues."""

    message: str
    step: int | None = None


ENDED_BY_FORCE = "the trainer is ended by force"
"""Notice before a trainer is killed at the user's request."""


class NotFinite(Event, frozen=True, kw_only=True, tag="nan"):
    """The loss or the gradient is NaN or infinite."""

    step: int
    """The failed step; its batch is a function of the seed and this number."""
    diagnostics: dict[str, float | None]
    """Norms by layer; None where they are NaN or infinite."""
    batch: str = ""
    """First digits of the sha256 of the batch's ids."""


class Finished(Event, frozen=True, kw_only=True, tag="finished"):
    run: str
    step: int
    val_loss: float | None
    """Loss of the last evaluation; None without any, and where it is infinite."""
    val_bpb: float | None
    seconds: float
    tokens_per_second: float
    impossible: int = 0
    lossless: bool | None = None
    pseudo_likelihood: bool = False
    whole: bool = True
    """True when the last evaluation scored all of the held-out text."""


class Stopped(Event, frozen=True, kw_only=True, tag="stopped"):
    """The run was stopped by a command; `lilm train --resume` continues from here."""

    run: str
    step: int


class Failed(Event, frozen=True, kw_only=True, tag="failed"):
    reason: str
    """One sentence with the remedy."""
    misuse: bool = False
    """True when the settings or the text were invalid: nothing was trained."""


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
    | BudgetExtended
    | Notice
    | NotFinite
    | Finished
    | Stopped
    | Failed
)


class Worker(Struct, frozen=True, kw_only=True):
    """worker.json: the process that trains, for the user; the lock is authoritative (`engine/runs/process/lock.py`).

    The file's modification time is the heartbeat for other machines.
    """

    pid: Annotated[int, Meta(ge=1, lt=2**31)]
    process_start: float
    """Start time of the process, so that a reused pid is not taken for the trainer where there are no locks."""
    host: str
    heartbeat_seconds: float = 2.0


State = Literal[
    "queued",
    "preparing",
    "training",
    "paused",
    "hung",
    "finished",
    "stopped",
    "failed",
    "died",
    "silent",
    "unreadable",
]
"""`queued`: it waits for other runs to end. `hung`: its process lives and gives no heartbeat. `died`: its process
ended without a last event. `silent`: on another host, and its heartbeat is old. `unreadable`: its journals cannot be
opened."""
