"""Reading of GGUF files: metadata and tensors. Every length is compared with the file before anything is allocated.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3.
"""

from __future__ import annotations

import math
import mmap
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.files.reading import decode_text, open_regular, unreadable
from engine.interchange.gguf_shapes import gguf_library

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MAGIC = b"GGUF"
VERSIONS = (2, 3)
ALIGNMENT = 32
"""Bytes, where the metadata name no other."""
MOST_DIMENSIONS = 4
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9


@dataclass(frozen=True)
class TensorInfo:
    """A tensor in the file. `shape` is in numpy's order, the contiguous dimension last."""

    shape: tuple[int, ...]
    kind: int
    offset: int
    """From the beginning of the data."""


class GgufFile:
    """A file that is mapped to memory: `metadata` by key, `tensors` by name."""

    def __init__(self, path: Path) -> None:
        """Raises UnreadableError when the file cannot be read, ends early, or is no GGUF."""
        self._path = path
        with open_regular(path) as file:
            try:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except (OSError, ValueError) as error:  # ValueError: an empty file
                raise unreadable(path, str(error)) from error
        self._position = 0
        if self._take(4) != MAGIC:
            raise unreadable(path, "it is not a GGUF file")
        if (version := self._number("I")) not in VERSIONS:
            raise unreadable(path, f"its version is {version}, not {' or '.join(map(str, VERSIONS))}")
        tensors, entries = self._number("Q"), self._number("Q")
        self.metadata = dict(self._entry() for _ in range(entries))
        self.tensors = dict(self._info() for _ in range(tensors))
        alignment = self.metadata.get("general.alignment", ALIGNMENT)
        if not isinstance(alignment, int) or alignment < 1:
            raise unreadable(path, f"its alignment is {alignment}")
        self._data = -(-self._position // alignment) * alignment

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return a tensor in single precision.

        Raises UnreadableError when it is not there or not whole, or its quantization is unknown.
        """
        if name not in self.tensors:
            raise unreadable(self._path, f"it has no tensor {name}")
        gguf, info = gguf_library(), self.tensors[name]
        try:
            kind = gguf.GGMLQuantizationType(info.kind)
            block, block_bytes = gguf.GGML_QUANT_SIZES[kind]
            if info.shape[-1] % block:
                raise ValueError(f"its rows are no multiple of {block}")
            self._position = self._data + info.offset
            raw = np.frombuffer(self._take(math.prod(info.shape) // block * block_bytes), dtype=np.uint8)
            values = gguf.quants.dequantize(raw.reshape(-1, block_bytes), kind)
        except (ValueError, KeyError, NotImplementedError) as error:
            raise unreadable(self._path, f"its tensor {name} cannot be read: {error}") from error
        return np.asarray(values, dtype=np.float32).reshape(info.shape)

    def _entry(self) -> tuple[str, Any]:
        return self._string(), self._value(self._number("I"))

    def _value(self, kind: int) -> Any:
        if kind == _STRING:
            return self._string()
        if kind == _ARRAY:
            kind, length = self._number("I"), self._number("Q")
            if kind == _STRING:
                return [self._string() for _ in range(length)]
            form = f"<{self._scalar(kind)}"
            numbers = struct.iter_unpack(form, self._take(length * struct.calcsize(form)))
            return [number for (number,) in numbers]
        return self._number(self._scalar(kind))

    def _scalar(self, kind: int) -> str:
        if kind not in _SCALARS:
            raise unreadable(self._path, f"it has a value of the unknown type {kind}")
        return _SCALARS[kind]

    def _info(self) -> tuple[str, TensorInfo]:
        name, dimensions = self._string(), self._number("I")
        if not 1 <= dimensions <= MOST_DIMENSIONS:
            raise unreadable(self._path, f"its tensor {name} has {dimensions} dimensions")
        shape = [self._number("Q") for _ in range(dimensions)]
        return name, TensorInfo(tuple(reversed(shape)), self._number("I"), self._number("Q"))

    def _string(self) -> str:
        return decode_text(self._take(self._number("Q")), source=self._path)

    def _number(self, form: str) -> Any:
        return struct.unpack(f"<{form}", self._take(struct.calcsize(f"<{form}")))[0]

    def _take(self, size: int) -> bytes:
        """Return the next bytes. Raises UnreadableError when the file ends before."""
        end = self._position + size
        if end > len(self._bytes):
            raise unreadable(self._path, "it ends early; copy it again")
        taken = self._bytes[self._position : end]
        self._position = end
        return taken
