"""Choices made by measuring, kept for each machine: one seed is one model there.

Timings vary, and in another dtype or in compiled code sums are rounded differently.
So a question is measured once, and its answer stands until the cache is emptied or what it depends on changes.
"""

from __future__ import annotations

import hashlib
import platform
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec
import torch

from engine.errors import LilmError, UnreadableError
from engine.files.checksums import read_checked, write_checked
from engine.files.storage import probes_folder
from engine.machine.capacity import available_cores

if TYPE_CHECKING:
    from pathlib import Path


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Stands in the cache, and in the plan of each run that follows it."""

    choice: str
    seconds: dict[str, float]
    """Measured seconds by choice."""
    time: float = msgspec.field(default_factory=time.time)
    """When: seconds since 1970."""


class _Kept(msgspec.Struct, frozen=True):
    question: Any
    """For people who look into the cache."""
    decision: Decision


def machine_facts(device: str) -> tuple[object, ...]:
    """Properties of the machine that speed depends on."""
    chip = torch.cuda.get_device_name(device) if device.startswith("cuda") else platform.processor()
    return (str(torch.__version__), chip, platform.node(), available_cores(), torch.get_num_threads())


def kept_decision(question: tuple[object, ...]) -> Decision | None:
    """None when it was never asked here, or the answer is damaged."""
    with suppress(UnreadableError):
        return read_checked(_path(question), _Kept).decision
    return None


def keep_decision(question: tuple[object, ...], decision: Decision) -> None:
    """Keep a decision in the cache; when that fails, the next run measures again."""
    with suppress(LilmError):
        write_checked(_path(question), _Kept(question, decision))


def _path(question: tuple[object, ...]) -> Path:
    return probes_folder() / f"{hashlib.sha256(msgspec.json.encode(question)).hexdigest()[:32]}.json"
