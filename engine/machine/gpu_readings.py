"""Readings of NVIDIA GPUs while a run trains on them: utilization, memory, temperature and power.

They come from NVML through NVIDIA's own binding, nvidia-ml-py (module `pynvml`), which needs no context on a GPU.
Without the library, the driver or a GPU there are no readings; what a GPU does not support is None.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

READ_SECONDS = 1.0
"""Shortest time between two readings: NVML's own samples are up to a second old."""
PREFIXES = ("GPU-", "MIG-")
"""NVML's beginnings of the identifiers of GPUs, and of parts of one, which torch leaves out."""


@dataclass(frozen=True)
class GpuReadings:
    """A value for each GPU of the run on this machine, in torch's order."""

    utilization: tuple[float | None, ...]
    """Percent of the last sample period in which a kernel ran."""
    memory_bytes: tuple[float | None, ...]
    """Memory in use by all processes."""
    temperature: tuple[float | None, ...]
    """Degrees Celsius of the chip."""
    power: tuple[float | None, ...]
    """Watts of the card."""


class GpuMeter:
    def __init__(
        self,
        uuids: Sequence[str],
        *,
        nvml: Any = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`uuids`: identifiers of GPUs as torch has them. `nvml`: the module pynvml, which is imported by default."""
        self._clock = clock
        self._nvml = nvml if nvml is not None or not uuids else _import_nvml()
        self._gpus = self._open(uuids) if self._nvml is not None else []
        self._read_at = -READ_SECONDS
        self._last: GpuReadings | None = None

    def read(self) -> GpuReadings | None:
        """Return readings that are at most READ_SECONDS old; None where no GPU gives any."""
        now = self._clock()
        if self._gpus and now - self._read_at >= READ_SECONDS:
            self._read_at = now
            self._last = self._read()
        return self._last

    def _open(self, uuids: Sequence[str]) -> list[Any]:
        """Return a handle for each GPU, None for one that NVML does not know; nothing where NVML does not start."""
        try:
            self._nvml.nvmlInit()
        except self._nvml.NVMLError:
            return []
        handles = [self._handle(uuid) for uuid in uuids]
        return handles if any(handle is not None for handle in handles) else []

    def _handle(self, uuid: str) -> Any:
        names = [uuid] if uuid.startswith(PREFIXES) else [prefix + uuid for prefix in PREFIXES]
        for name in names:
            if (handle := self._ask("nvmlDeviceGetHandleByUUID", name)) is not None:
                return handle
        return None

    def _read(self) -> GpuReadings | None:
        nvml = self._nvml
        rates = [self._ask("nvmlDeviceGetUtilizationRates", gpu) for gpu in self._gpus]
        memory = [self._ask("nvmlDeviceGetMemoryInfo", gpu) for gpu in self._gpus]
        power = [self._ask("nvmlDeviceGetPowerUsage", gpu) for gpu in self._gpus]
        temperature = []
        for gpu in self._gpus:
            # The first one replaces the second, which drivers older than 570 alone have.
            degrees = self._ask("nvmlDeviceGetTemperatureV", gpu, nvml.NVML_TEMPERATURE_GPU)
            if degrees is None:
                degrees = self._ask("nvmlDeviceGetTemperature", gpu, nvml.NVML_TEMPERATURE_GPU)
            temperature.append(degrees)
        if all(answer is None for answer in (*rates, *memory, *power, *temperature)):
            return None
        return GpuReadings(
            tuple(None if one is None else one.gpu for one in rates),
            tuple(None if one is None else one.used for one in memory),
            tuple(temperature),
            tuple(None if one is None else one / 1000 for one in power),  # milliwatts
        )

    def _ask(self, function: str, handle: Any, *arguments: Any) -> Any:
        """Return the answer of a function of NVML; None where it has none, or the library is older than it."""
        asked = getattr(self._nvml, function, None)
        if asked is None or handle is None:
            return None
        try:
            return asked(handle, *arguments)
        except self._nvml.NVMLError:
            return None


def _import_nvml() -> Any:
    try:
        import pynvml
    except ImportError:
        return None
    return pynvml
