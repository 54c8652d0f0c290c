"""One sentence for a shortage of memory, whichever exception reports it."""

from __future__ import annotations

import errno

from engine.errors import LilmError
from engine.formatting import size

TORCH_BYTES = 650_000_000
"""Address space that torch 2.13 takes on a CPU to be loaded and to run a small model; with less, it may abort."""

_PHRASES = (
    "bad_alloc",
    "can't allocate memory",
    "cannot allocate memory",
    "failed to map segment",
    "out of memory",
    "unable to mmap",
)
_GPU_PHRASES = (
    "cuda out of memory",
    "cuda error: out of memory",
    "mps backend out of memory",
    "cublas_status_alloc",
)
_CHAIN = 8
"""Causes of causes that are looked at."""


def describe_shortage(error: BaseException) -> str | None:
    """Return the remedy for an error that is a shortage of memory; None for other errors."""
    found: BaseException | None = error
    for _ in range(_CHAIN):
        if found is None:
            return None
        text = str(found).lower()
        if any(phrase in text for phrase in _GPU_PHRASES):
            return "the GPU's memory ran out; take a smaller model, batch or context, or --device cpu"
        if isinstance(found, MemoryError) or getattr(found, "errno", None) == errno.ENOMEM:
            return _sentence()
        if isinstance(found, ImportError | OSError | RuntimeError) and any(
            phrase in text for phrase in _PHRASES
        ):
            return _sentence()
        if isinstance(found, SystemError) and _is_limited():
            return _sentence()  # C code that gave up without saying why
        found = found.__cause__ or found.__context__
    return None


def require_memory_for_torch() -> None:
    """Raises LilmError where torch would abort the process for want of address space."""
    from engine.machine.limits import resource_limits

    for limit, used in resource_limits():
        if limit.is_address_space and limit.amount - used < TORCH_BYTES:
            raise LilmError(
                f"the limit ({limit.source}) leaves {size(max(0, limit.amount - used))} of memory, and torch takes "
                f"{size(TORCH_BYTES)} and more; raise the limit"
            )


def _is_limited() -> bool:
    from engine.machine.limits import memory_limit

    return memory_limit() is not None


def _sentence() -> str:
    advice = "take a smaller model, batch or context, or give it more"
    try:
        from engine.machine.capacity import describe_memory_limit, memory_bytes

        return f"memory ran out: {describe_memory_limit()} is {size(memory_bytes())}; {advice}"
    except (ImportError, MemoryError, OSError):  # there is not even enough for that
        return f"memory ran out; {advice}"
