"""Plan of a run: dtype, micro-batch size and compilation. A resumed run keeps it, so that it stays the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta, Struct

from engine.config.types import NonNegative, Positive  # noqa: TC001  msgspec reads it
from engine.errors import UnreadableError
from engine.files.reading import decode_json
from engine.machine.devices import Precision  # noqa: TC001  msgspec reads it
from engine.training.autotune.decisions import Decision  # noqa: TC001  msgspec reads it
from engine.training.optim.schedule import LEAST_SAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.runs.folder import Run
    from engine.training.distributed.processes import Processes

FILE = "env.json"


class Plan(Struct, frozen=True, kw_only=True):
    """Stands in env.json."""

    device: str
    """cpu, cuda or mps; on another kind everything is decided anew."""
    precision: Precision
    micro_batch_size: Positive
    compiled: bool
    sample_tokens: Annotated[int, Meta(ge=0)] = LEAST_SAMPLE
    """Number of held-out tokens that each evaluation scores. Plans of older versions lack it."""
    final_tokens: Annotated[int, Meta(ge=0)] | None = None
    """Number of held-out tokens that are scored after the last step; None: all."""
    closing_seconds: NonNegative = 0.0
    """Part of a time budget that is reserved for what follows the last step."""
    measured: tuple[Decision, ...] = ()
    """Measurements behind the choices of dtype and compilation."""


def read_plan(
    run: Run, processes: Processes, notify: Callable[[str], None] = lambda message: None
) -> Plan | None:
    """The same in all processes; None when the run never came so far, or the plan makes no sense."""
    saved = run.read_json(FILE).get("plan") if processes.is_first else None
    sent = processes.bytes_of_first(msgspec.json.encode(saved))
    if sent == b"null":
        return None
    try:
        return decode_json(sent, Plan, source=run.folder / FILE)
    except UnreadableError as error:
        notify(f"{error}; the best settings on this machine are determined again")
        return None


def write_plan(run: Run, plan: Plan) -> None:
    run.write_json(FILE, {**run.read_json(FILE), "plan": msgspec.to_builtins(plan)})
